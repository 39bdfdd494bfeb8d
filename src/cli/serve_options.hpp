// What `dynamo serve` may be told.
#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <string_view>

namespace dynamo::cli {

/// For its help, before what all helps have.
extern const std::string_view serve_notes;

void add_serve_options(CLI::App& app, serve_command& serve);

/// Throws CLI::ValidationError if hosts are named although signatures decide.
void require_unsigned_requests(const serve_command& serve);

/// Throws CLI::ValidationError if something is wanted of the file that there is not.
void require_file_to_keep(const serve_command& serve);

}  // namespace dynamo::cli
