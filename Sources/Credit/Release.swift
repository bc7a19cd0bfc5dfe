/// This release of Accrue: its commands say so, and it is the newest of the changelog.
package let accrueVersion = "0.1.0"
