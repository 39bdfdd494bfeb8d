#include <dynamo/core/error.hpp>

#include <iostream>

int main() {
  std::cout << dynamo::to_string(dynamo::errc::not_found) << '\n';
}
