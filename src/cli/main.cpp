#include "cli/commands.hpp"
#include "cli/signals.hpp"

namespace {

using namespace dynamo::cli;  // NOLINT(google-build-using-namespace): the file is all of it
using dynamo::error;

exit_code fail(const error& failure, const console& on) {
  on.err("dynamo: " + one_line(failure.to_string()) + "\n");
  return exit_code_of(failure, 0);
}

exit_code end_early(const early_end& end, const console& on) {
  if (!end.err.empty()) on.err(end.err);
  auto printed = print(on, end.out);
  return printed ? end.code : fail(printed.error(), on);
}

exit_code run(const invocation& wanted, const console& on, const signal_watch& signals) {
  const auto db = make_client(wanted);
  if (!db) return fail(db.error(), on);
  return run_command(wanted.command, *db, on, [&] { return signals.received(); });
}

}  // namespace

int main(int count, char** arguments) {
  // Before any other thread is there.
  const signal_watch signals;
  auto parsed = parse_arguments({arguments + (count > 0 ? 1 : 0), arguments + count});
  exit_code code{};
  if (const auto* end = std::get_if<early_end>(&parsed)) {
    code = end_early(*end, process_console(true, signals.token()));
  } else {
    const auto& wanted = std::get<invocation>(parsed);
    code = run(wanted, process_console(wanted.quiet, signals.token()), signals);
  }
  return static_cast<int>(code);
}
