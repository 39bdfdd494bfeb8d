#include "cli/commands.hpp"

#include <dynamo/core/printable.hpp>
#include <dynamo/sink/output_file.hpp>

namespace dynamo::cli {

result<void> run(const tables_command& /*what*/, const client& db, const console& on) {
  auto names = db.try_list_tables({.stop = on.stop, .deadline = {}});
  if (!names) return std::move(names).error();
  output_file out = output_file::on_descriptor(on.out, "standard output", {.stop = on.stop});
  for (const std::string& name : *names) {
    // Table names contain no line feeds; a server that sends one must not begin a new line with it.
    const std::string line = (out.is_escaped() ? printable(name) : name) + '\n';
    if (auto written = out.try_write(line); !written) return written;
  }
  return out.try_commit();
}

}  // namespace dynamo::cli
