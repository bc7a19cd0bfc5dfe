import EventCoding
import Transparency

/// The hashes of all full subtrees over some leaves, as a tree that grows tells them.
func subtrees(over leaves: some Collection<Digest>) -> [Subtree: Digest] {
    var hashes: [Subtree: Digest] = [:]
    hashes.reserveCapacity(2 * leaves.count)
    var frontier = TreeFrontier()
    for leaf in leaves { frontier.append(leaf) { hashes[$0] = $1 } }
    return hashes
}
