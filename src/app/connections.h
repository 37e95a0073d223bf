#pragma once
// The files of connections in a data folder: connections/N.json is that of licence N. They have
// credentials, so they are for their owner alone (0600), and no part of the store, of exports or of
// backups.

#include <map>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "pull/connection.h"

namespace chatreports::app {

// Returns the connections by licence, each as it can be read; an error names the file. Fails if the
// folder can't be read; a missing one has no connections.
Result<std::map<LicenseId, Result<pull::Connection>>> read_connections(
    const std::string& data_folder);

// Likewise, but fails if one can't be read.
Result<std::map<LicenseId, pull::Connection>> read_whole_connections(
    const std::string& data_folder);

// Returns the connection with its credentials: those that the service manager holds for this
// process are read from $CREDENTIALS_DIRECTORY.
Result<pull::Connection> with_credentials(const pull::Connection& connection);

// Replaces the one that the licence had. It is on the disk when it returns; after an error, the
// licence has the one or the other, whole.
Result<void> write_connection(const std::string& data_folder, LicenseId license,
                              const pull::Connection& connection);

// Copies all connections of a folder to another one. Fails if one can't be read.
Result<void> copy_connections(const std::string& from, const std::string& to);

// Returns whether there was one.
Result<bool> remove_connection(const std::string& data_folder, LicenseId license);

}  // namespace chatreports::app
