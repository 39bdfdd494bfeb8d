// expect: dynamo::result<bool>' to 'bool'
#include <dynamo/core/result.hpp>

void print(bool flag);

// A result is true when it holds a value, whatever the value: it must not slip in as a bool.
void show(const dynamo::result<bool>& outcome) {
  print(outcome);
}
