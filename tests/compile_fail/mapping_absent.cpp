// expect: mapped
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
};

std::string write(const user& value) {
  return dynamo::to_json(value);
}
