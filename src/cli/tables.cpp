#include "cli/commands.hpp"

namespace dynamo::cli {

result<void> run(const tables_command& /*what*/, const client& db, const console& on) {
  auto names = db.try_list_tables({.stop = on.stop, .deadline = {}});
  if (!names) return std::move(names).error();
  std::string text;
  for (const std::string& name : *names) (text += name) += '\n';
  return print(on, text);
}

}  // namespace dynamo::cli
