/// Judges whether a command may be appended: returns if so, else throws the one reason why not.
public func decide(_ command: Command, in state: DecisionState) throws(AccrueError) {
}
