// Scans that deliver to a mailbox, and a receiver that remembers all that they say.
#pragma once

#include "support/manual_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/process/paged_table.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test::delivery {

using strings = std::vector<std::string>;
using seat_message = scan_message<seat>;

// All that a scan said.
struct heard {
  strings ids;
  std::vector<std::size_t> sizes;  // of the messages with items
  std::vector<scan_summary> completions;
  std::vector<scan_error> errors;
  bool end_was_last = true;

  void take(seat_message message) {
    if (!completions.empty() || !errors.empty()) end_was_last = false;
    visit(
        std::move(message),
        [&](scan_item<seat>&& one) {
          ids.push_back(std::move(one.item.id));
          sizes.push_back(1);
        },
        [&](scan_batch<seat>&& batch) {
          sizes.push_back(batch.items.size());
          for (seat& each : batch.items) ids.push_back(std::move(each.id));
        },
        [&](scan_complete&& end) { completions.push_back(std::move(end.summary)); },
        [&](scan_error&& end) { errors.push_back(std::move(end)); });
  }
  [[nodiscard]] std::size_t ends() const { return completions.size() + errors.size(); }
};

inline heard hear_all(mailbox<seat_message>& inbox) {
  heard all;
  while (auto message = inbox.receive()) all.take(*std::move(message));
  return all;
}

inline void wait_until(const std::function<bool()>& holds) {
  while (!holds()) std::this_thread::yield();
}

class scan_to_process : public testing::Test {
 protected:
  static std::shared_ptr<manual_backend> serve(paged_table with) {
    return std::make_shared<manual_backend>(with);
  }

 private:
  watchdog watch_{"scan_to_process"};
};

}  // namespace dynamo::test::delivery
