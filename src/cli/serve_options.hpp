// The options of `dynamo serve`.
#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <string_view>

namespace dynamo::cli {

/// The description and examples for `dynamo serve --help`.
extern const std::string_view serve_notes;

void add_serve_options(CLI::App& app, serve_command& serve);

/// Throws CLI::ValidationError if both --allow-host and --credentials are given.
void require_unsigned_requests(const serve_command& serve);

/// Throws CLI::ValidationError if --durability is given without --local.
void require_file_to_keep(const serve_command& serve);

}  // namespace dynamo::cli
