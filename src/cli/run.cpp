#include "cli/commands.hpp"
#include "cli/file_roles.hpp"

#include <dynamo/sink/output_file.hpp>

#include <unistd.h>

#include <cerrno>
#include <exception>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo::cli {
namespace {

bool names_index(const command& what) {
  return std::visit(
      [](const auto& each) {
        if constexpr (requires { each.scan.index; }) {
          return !each.scan.index.empty();
        } else {
          return false;
        }
      },
      what);
}

// What to do about an error, if its message does not say it.
std::string_view advice(const error& failure, const command& what) {
  if (std::holds_alternative<whoami_command>(what)) return "";
  switch (failure.kind) {
    case errc::not_found:
      if (names_index(what) && failure.code != "ResourceNotFoundException") {
        return "; `dynamo describe` lists the indexes";
      }
      if (std::holds_alternative<tables_command>(what)) return "";
      return "; `dynamo tables` lists the tables";
    case errc::unavailable:
      return "; check --endpoint, --region and the network";
    case errc::invalid_response:
      return "; check that --endpoint is a DynamoDB-compatible service";
    case errc::deadline_exceeded:
      return "; increase --timeout";
    case errc::throttled:
      return "; try again later, with fewer --segments, or raise the table's capacity";
    default:
      return "";
  }
}

// These commands use no client and open their file themselves.
bool has_no_client(const command& what) {
  return std::holds_alternative<serve_command>(what) ||
         std::holds_alternative<compact_command>(what);
}

bool creates_tables(const command& what) {
  return std::holds_alternative<sample_command>(what);
}

exit_code report(const error& failure, const command& what, const console& on, int signal) {
  on.err("dynamo: " + one_line(failure.to_string()) + std::string(advice(failure, what)) + "\n");
  return exit_code_of(failure, signal);
}

}  // namespace

result<void> print(const console& on, std::string_view text) {
  output_file out = output_file::on_descriptor(on.out, "standard output", {.stop = on.stop});
  if (auto written = out.try_write(text); !written) return written;
  return out.try_commit();
}

exit_code fail(const error& failure, const console& on) {
  on.err("dynamo: " + one_line(failure.to_string()) + "\n");
  return exit_code_of(failure, 0);
}

result<client> make_client(const invocation& run, const observation& watchers) {
  // Check now: the file is read only for a TLS connection, never with plain HTTP.
  if (run.ca_bundle && ::access(run.ca_bundle->c_str(), R_OK) != 0) {
    error failure;
    failure.kind = errc::configuration;
    failure.message = "cannot read '" + *run.ca_bundle +
                      "' of --ca-bundle: " + std::generic_category().message(errno);
    return failure;
  }
  client_config config;
  config.metrics = watchers.metrics();
  config.log = watchers.log();
  if (run.local) {
    // A mistyped name must not create a database, and reading must not create a file.
    if (!creates_tables(run.command) && ::access(run.local->c_str(), F_OK) != 0) {
      error failure;
      failure.kind = errc::io;
      failure.message = "cannot open '" + *run.local +
                        "' of --local: " + std::generic_category().message(errno) +
                        "; `dynamo --local FILE sample users --items 20000` creates one";
      return failure;
    }
    auto opened = embedded_engine::try_open(*run.local);
    if (!opened) return std::move(opened).error();
    return client(*opened, std::move(config));
  }
  config.endpoint = run.endpoint;
  config.region = run.region;
  config.profile = run.profile;
  config.ca_bundle = run.ca_bundle;
  return client(std::move(config));
}

exit_code run_command(const command& what, const client& db, const console& on,
                      const std::function<int()>& signal) {
  try {
    const result<exit_code> done = std::visit(
        [&](const auto& each) -> result<exit_code> {
          if constexpr (std::is_same_v<decltype(each), const serve_command&>) {
            return run(each, db.config().log, on);
          } else if constexpr (std::is_same_v<decltype(each), const compact_command&>) {
            if (auto ended = run(each, on); !ended) return std::move(ended).error();
            return exit_code::success;
          } else {
            if (auto ended = run(each, db, on); !ended) return std::move(ended).error();
            return exit_code::success;
          }
        },
        what);
    return done ? *done : report(done.error(), what, on, signal());
  } catch (const exception& failure) {
    return report(failure.details(), what, on, signal());
  } catch (const std::exception& failure) {
    // Out of memory or threads.
    on.err("dynamo: " + one_line(failure.what()) + "\n");
    return exit_code::failed;
  }
}

exit_code run_invocation(const invocation& run, const char* dynamo_log, const console& on,
                         const std::function<int()>& signal) {
  // Before any file is opened: opening already replaces or creates files.
  if (auto distinct = check_file_roles(file_roles(run, on)); !distinct) {
    return fail(distinct.error(), on);
  }
  auto watchers = observation::open(run, dynamo_log, on);
  if (!watchers) return fail(watchers.error(), on);
  const auto db = has_no_client(run.command)
                      ? result<client>(client(client_config{.log = (*watchers)->log()}))
                      : make_client(run, **watchers);
  if (!db) return fail(db.error(), on);
  const exit_code code = run_command(run.command, *db, on, signal);
  auto told = (*watchers)->finish();
  // An error of the command takes precedence over an error in writing its metrics.
  if (told || code != exit_code::success) return code;
  return fail(told.error(), on);
}

}  // namespace dynamo::cli
