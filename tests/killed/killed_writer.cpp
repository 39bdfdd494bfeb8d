// Writes to a database until it is killed: usage: killed_writer FILE SEED machine|process
//
// For each write that was acknowledged it writes a byte to its standard output: the number of the
// thread. Ends with 1, and a sentence on its standard error, when something fails.
#include "support/killed_writes.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace dynamo;
using namespace dynamo::engine;

[[noreturn]] void give_up(const char* sentence) {
  std::fprintf(stderr, "%s\n", sentence);
  std::_Exit(1);
}

void write_for_ever(database& to, unsigned seed, int thread) {
  test::killed_writes writes(seed, thread);
  const char acknowledged = static_cast<char>('0' + thread);
  for (;;) {
    const auto changes = writes.next();
    try {
      to.write([&](transaction& in) { test::killed_writes::make(in, changes); });
    } catch (const std::exception& thrown) {
      give_up(thrown.what());
    }
    if (::write(STDOUT_FILENO, &acknowledged, 1) != 1) give_up("nobody listens");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) give_up("usage: killed_writer FILE SEED machine|process");
  const auto seed = static_cast<unsigned>(std::strtoul(arguments[2], nullptr, 10));
  const durability durable = std::string_view(arguments[3]) == "machine"
                                 ? durability::machine_crash
                                 : durability::process_crash;
  auto opened = database::open(arguments[1], {.durable = durable});
  if (!opened) give_up(opened.error().message.c_str());
  database& db = **opened;
  db.write([](transaction& in) {
    if (!in.find_table("users")) in.create_table(test::killed_table());
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < test::killed_threads; ++t) {
    threads.emplace_back([&db, seed, t] { write_for_ever(db, seed, t); });
  }
  for (std::thread& each : threads) each.join();
}
