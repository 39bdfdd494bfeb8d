#include "cli/commands.hpp"
#include "cli/signals.hpp"

#include <cstdlib>

namespace {

using namespace dynamo::cli;  // NOLINT(google-build-using-namespace): only in this file

exit_code end_early(const early_end& end, const console& on) {
  if (!end.err.empty()) on.err(end.err);
  auto printed = print(on, end.out);
  return printed ? end.code : fail(printed.error(), on);
}

}  // namespace

int main(int count, char** arguments) {
  // Before any other thread starts.
  const signal_watch signals;
  auto parsed = parse_arguments({arguments + (count > 0 ? 1 : 0), arguments + count});
  exit_code code{};
  if (const auto* end = std::get_if<early_end>(&parsed)) {
    code = end_early(*end, process_console(true, signals.token()));
  } else {
    const auto& wanted = std::get<invocation>(parsed);
    code = run_invocation(wanted, std::getenv("DYNAMO_LOG"),
                          process_console(wanted.quiet, signals.token()),
                          [&] { return signals.received(); });
  }
  return static_cast<int>(code);
}
