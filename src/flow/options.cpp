#include <dynamo/core/error.hpp>
#include <dynamo/flow/options.hpp>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace dynamo::flow {
namespace {

constexpr unsigned most_stages = 1024;

[[noreturn]] void reject(std::string message) {
  throw exception({.kind = errc::invalid_argument, .message = std::move(message)});
}

}  // namespace

unsigned hardware_stages() noexcept {
  return std::clamp(std::thread::hardware_concurrency(), 1U, most_stages);
}

namespace detail {
namespace {

group_options checked(const group_options& given) {
  if (given.stages == 0 || given.stages > most_stages) {
    reject("flow: stages is " + std::to_string(given.stages) + ": use 1 to 1024");
  }
  if (given.max_demand < 2) {
    reject("flow: max_demand is " + std::to_string(given.max_demand) + ": use 2 or more");
  }
  return given;
}

}  // namespace

group_options checked(const options& given) {
  return checked(group_options{given.stages, given.max_demand});
}

group_options checked(const exchange_options& given, const group_options& before) {
  return checked(group_options{given.stages.value_or(before.stages),
                               given.max_demand.value_or(before.max_demand)});
}

std::size_t checked_count(std::size_t count, const char* operation) {
  if (count == 0) reject(std::string("flow: the count of ") + operation + " is 0: use 1 or more");
  return count;
}

}  // namespace detail
}  // namespace dynamo::flow
