#ifndef ACCRUE_RECORDER_H
#define ACCRUE_RECORDER_H

/// What a program did to the files below the folder RECORDER_FOLDER, in order, is written to the file RECORDER_LOG.
///
/// An entry is: operation (1 byte), length of path (4, little-endian), path, offset (8), length of data (4), data.
/// Of a write the data are its bytes, of a rename the new path. An entry is written after its call has succeeded, and one
/// call is made at a time, so that the order of entries is the order of the calls.
///
/// Where RECORDER_STRUCK names a file, calls are counted, and the counts written to it at the end. The call RECORDER_CALL
/// of number RECORDER_NUMBER fails with the code RECORDER_ERROR, or ends the process where that is 0; its path is written
/// there, too.
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
};

#endif
