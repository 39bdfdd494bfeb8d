// expect: a call must return a value
#include <dynamo/process/process.hpp>

struct state {
  using message = int;
  void on(int value) { last = value; }
  int last = 0;
};

int use(const dynamo::process<state>& started) {
  return started.call([](state& s) -> int& { return s.last; });
}
