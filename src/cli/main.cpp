#include "cli/commands.hpp"
#include "cli/signals.hpp"

namespace {

using namespace dynamo::cli;

int end_early(const early_end& end, const console& on) {
  if (!end.err.empty()) on.err(end.err);
  if (auto printed = print(on, end.out); !printed) {
    on.err("dynamo: " + printed.error().to_string() + "\n");
    return static_cast<int>(exit_code_of(printed.error(), 0));
  }
  return static_cast<int>(end.code);
}

}  // namespace

int main(int count, char** arguments) {
  // Before any other thread is there.
  const signal_watch signals;
  auto parsed = parse_arguments({arguments + (count > 0 ? 1 : 0), arguments + count});
  if (const auto* end = std::get_if<early_end>(&parsed)) {
    return end_early(*end, process_console(true, signals.token()));
  }
  const auto& wanted = std::get<invocation>(parsed);
  const console on = process_console(wanted.quiet, signals.token());
  return static_cast<int>(
      run_command(wanted.command, make_client(wanted), on, [&] { return signals.received(); }));
}
