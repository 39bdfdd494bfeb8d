// A client whose answers a test gives.
#pragma once

#include "support/manual_backend.hpp"
#include "support/manual_time.hpp"

#include <dynamo/table/table.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

class table_test : public testing::Test {
 protected:
  client serve(std::vector<result<std::string>> answers) {
    script = std::move(answers);
    next = 0;
    backend = std::make_shared<manual_backend>([this](const backend_request&) {
      return next < script.size() ? script[next++]
                                  : result<std::string>(failure_of(errc::unavailable, "over"));
    });
    return client(backend, {.time = time, .random = std::make_shared<fixed_random>(0.5)});
  }
  std::string body(std::size_t request) const { return backend->request(request).body; }
  operation op(std::size_t request) const { return backend->request(request).op; }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  std::shared_ptr<manual_backend> backend;
  std::vector<result<std::string>> script;
  std::size_t next = 0;
};

}  // namespace dynamo::test
