public import Credit

/// How units form a qualification: a tree of groups, bounded by points, by count, or by both.
public struct FormationRule: Hashable, Sendable {
    /// The whole.
    public var root: FormationGroup

    /// Makes a rule.
    public init(root: FormationGroup) {
        self.root = root
    }
}

/// The least and the most of something; either may be open.
public struct Bounds<Value: Comparable & Hashable & Sendable>: Hashable, Sendable {
    /// The least, or nil where there is none.
    public var least: Value?
    /// The most, or nil where there is none.
    public var most: Value?

    /// Makes bounds.
    public init(least: Value? = nil, most: Value? = nil) {
        self.least = least
        self.most = most
    }
}

/// A group of a formation rule.
public struct FormationGroup: Hashable, Sendable {
    /// Its id, unique in the rule and the same in all versions.
    public var id: String
    /// Its title, where it has one.
    public var title: String?
    /// How many points it needs and takes.
    public var points: Bounds<Points>
    /// How many of its children it needs and takes.
    public var count: Bounds<UInt16>
    /// What it is formed of.
    public var children: [FormationChild]

    /// Makes a group.
    public init(
        id: String,
        title: String? = nil,
        points: Bounds<Points> = Bounds(),
        count: Bounds<UInt16> = Bounds(),
        children: [FormationChild]
    ) {
        self.id = id
        self.title = title
        self.points = points
        self.count = count
        self.children = children
    }
}

extension FormationGroup {
    /// Its id and those of all groups and slots in it, each before those in it.
    public var identifiers: [String] {
        [id]
            + children.flatMap { child -> [String] in
                switch child.content {
                case .unit: []
                case .group(let group): group.identifiers
                case .open(let slot): [slot.id]
                }
            }
    }
}

/// What stands in a group.
public struct FormationChild: Hashable, Sendable {
    /// A unit, a group or an open slot.
    public enum Content: Hashable, Sendable {
        /// A unit of the qualification version, by code.
        case unit(String)
        /// A group.
        case group(FormationGroup)
        /// A slot for units that nobody has listed.
        case open(OpenSlot)
    }

    /// What it is.
    public var content: Content
    /// True if the group is not satisfied without it.
    public var isRequired: Bool

    /// Makes a child.
    public init(_ content: Content, isRequired: Bool = false) {
        self.content = content
        self.isRequired = isRequired
    }
}

/// A place for units that nobody has listed, any number of them within its bounds.
public struct OpenSlot: Hashable, Sendable {
    /// Its id, unique in the rule among groups and slots.
    public var id: String
    /// Its title, where it has one.
    public var title: String?
    /// How many points it needs and takes.
    public var points: Bounds<Points>
    /// How many units it needs and takes.
    public var count: Bounds<UInt16>
    /// Ids of the qualifications, all versions, whose units it takes; empty means every other qualification.
    public var qualifications: [String]

    /// Makes a slot.
    public init(
        id: String,
        title: String? = nil,
        points: Bounds<Points> = Bounds(),
        count: Bounds<UInt16> = Bounds(),
        qualifications: [String] = []
    ) {
        self.id = id
        self.title = title
        self.points = points
        self.count = count
        self.qualifications = qualifications
    }
}
