#ifndef ACCRUE_RECORDER_H
#define ACCRUE_RECORDER_H

/// What a program did to the files below the folder RECORDER_FOLDER, in order, is written to the file RECORDER_LOG.
///
/// An entry is: operation (1 byte), thread (4), length of path (4, little-endian), path, offset (8), length of data (4), data.
/// Of a write the data are its bytes, of a rename the new path. An entry is written after its call has succeeded, and one
/// call is made at a time, so that the order of entries is the order of the calls. Of a call that was made to fail the data
/// are words: the error, where it was to write (or -1), how many bytes, and its name.
///
/// Where RECORDER_STRUCK names a file, calls are counted, and the counts written to it at the end. The call RECORDER_CALL
/// of number RECORDER_NUMBER fails with the code RECORDER_ERROR, or ends the process where that is 0; with -1 it is done to
/// a half, and the process ended then; with -2 it is done to a half, and says so. Its path is written there, too. The call
/// of number RECORDER_SECOND after it fails with EIO. Calls on the file RECORDER_SAID are noted, and neither counted nor
/// struck.
enum recorder_operation {
    recorder_create = 1,
    recorder_write = 2,
    /// A write that is durable when it returns (O_DSYNC).
    recorder_write_through = 3,
    recorder_truncate = 4,
    recorder_sync = 5,
    recorder_rename = 6,
    recorder_unlink = 7,
    recorder_make_folder = 8,
    /// A call that was made to fail.
    recorder_failure = 9,
};

#endif
