// What the tests of processes share: a process that takes notes, and what ended one.
#pragma once

#include "support/watchdog.hpp"

#include <dynamo/process/process.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::test {

struct fail_now {};

// Notes what it is sent.
struct notebook {
  using message = std::variant<int, std::string, fail_now>;

  void on(int number) { notes.push_back(std::to_string(number)); }
  void on(std::string&& text) { notes.push_back(std::move(text)); }
  void on(fail_now) { throw std::runtime_error("the pen broke"); }

  std::vector<std::string> notes;
};

template <class F>
std::optional<error> failure_of(F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const exception& failure) {
    return failure.details();
  }
  return std::nullopt;
}

inline std::string text_of(const std::exception_ptr& failure) {
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const std::exception& thrown) {
    return thrown.what();
  }
  return "normal";
}

class process_test : public testing::Test {
 private:
  watchdog watch_{"process_test"};
};

}  // namespace dynamo::test
