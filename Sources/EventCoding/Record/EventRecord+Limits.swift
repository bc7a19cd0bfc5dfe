public import Credit

extension EventRecord {
    /// Requires that what is written of a command can be read again, as a record and as a line.
    ///
    /// Lines are held to the same limits when they are read; commands made in memory pass here before they are stored,
    /// for a record that no reader accepts would be damage for ever.
    ///
    /// - Throws: The first fault, with its field, as reading a line would tell it.
    /// - Complexity: Nothing but a few comparisons where the command has no details, else O(*n*) in their length.
    public static func requireLegible(_ command: Command) throws(AccrueError) {
        try requireDay(command.effective, "effective")
        if let decided = command.decided { try requireDay(decided, "decided") }
        if let points = command.points, points.rawValue.magnitude > Points.largest.rawValue.magnitude {
            throw AccrueError(.pointsOutOfRange, "\(points)", field: EventField.points.rawValue)
        }
        if command.attempt == 0 { throw zero(.attempt) }
        if command.unit == 0 { throw zero(.unit) }
        if command.grade == 0 { throw zero(.grade) }
        if command.group == 0 { throw zero(.group) }
        for field in EventField.references where command[reference: field] == Position.none {
            throw AccrueError(.referenceUnknown, "position 0", field: field.rawValue)
        }
        guard command.hasDetails else { return }
        for (positions, field) in [(command.details.sources, EventField.sources), (command.details.moved, .moved)]
        where positions.contains(.none) {
            throw AccrueError(.referenceUnknown, "position 0", field: field.rawValue)
        }
        let faults = Faults()
        var read = EventDetails()
        read.read(command.details.json, of: command.kind, faults)
        if let fault = faults.errors.first { throw fault }
    }
    private static func requireDay(_ day: CivilDate, _ field: String) throws(AccrueError) {
        guard day >= .earliest, day <= .latest else {
            throw AccrueError(.dateInvalid, "\(day.rawValue) days after 1970-01-01", field: field)
        }
    }

    private static func zero(_ field: EventField) -> AccrueError {
        AccrueError(.numberOutOfRange, "0", field: field.rawValue)
    }
}
