// expect: needs a function on(message) for its message
#include <dynamo/process/process.hpp>

#include <string>
#include <variant>

struct state {
  using message = std::variant<int, std::string>;
  void on(const std::string&) {}
};

void use() {
  const dynamo::process<state> started([] { return state{}; });
}
