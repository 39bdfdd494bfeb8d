// The whole table, delivered to a mailbox and to a process: every item once.
#include "support/sample_table.hpp"
#include "support/watchdog.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace process_delivery_test {

using namespace dynamo;
using test::roll_call;
using test::sample;

using sample_message = scan_message<sample>;

// Calls the roll of all that a scan says.
struct register_of_samples {
  using message = sample_message;

  void on(const scan_item<sample>& one) {
    sizes.push_back(1);
    note(one.item);
  }
  void on(const scan_batch<sample>& batch) {
    sizes.push_back(batch.items.size());
    for (const sample& each : batch.items) note(each);
  }
  void on(const scan_complete& end) {
    complete = end.summary;
    self.stop();
  }
  void on(const scan_error& end) {
    ADD_FAILURE() << end.error.to_string();
    self.stop();
  }

  void note(const sample& one) {
    roll->came(one.id);
    if (one.text != test::sample_text(one.number)) ++wrong;
  }

  process_sender<sample_message> self{};
  std::shared_ptr<roll_call> roll = std::make_shared<roll_call>();
  std::vector<std::size_t> sizes{};
  std::size_t wrong = 0;
  std::optional<scan_summary> complete{};
};

struct shape {
  std::uint32_t segments;
  std::optional<std::size_t> batch_size;
};

class delivery_test : public test::sample_scan, public testing::WithParamInterface<shape> {
 protected:
  scan_options options() const {
    return {.page_size = 1000,
            .segments = GetParam().segments,
            .max_concurrency = 4,
            .batch_size = GetParam().batch_size};
  }

  static void expect_everything(const register_of_samples& of, const scan_task& task) {
    const std::size_t batch = GetParam().batch_size.value_or(1);
    EXPECT_EQ(of.roll->size(), test::sample_items);
    EXPECT_EQ(of.wrong, 0U);
    EXPECT_EQ(of.sizes.size(), (test::sample_items + batch - 1) / batch);
    EXPECT_TRUE(std::all_of(of.sizes.begin(), of.sizes.end() - 1,
                            [&](std::size_t size) { return size == batch; }));
    const scan_summary summary = task.wait();
    EXPECT_EQ(of.complete, summary);
    EXPECT_EQ(summary.items, test::sample_items);
    EXPECT_EQ(summary.messages, of.sizes.size());
    EXPECT_EQ(summary.segments.size(), GetParam().segments);
    std::uint64_t by_segment = 0;
    for (const segment_summary& each : summary.segments) by_segment += each.items;
    EXPECT_EQ(by_segment, test::sample_items);
    EXPECT_EQ(task.progress().segments_complete, GetParam().segments);
  }

 private:
  test::watchdog watch_{"Delivery", std::chrono::seconds(300)};
};

TEST_P(delivery_test, brings_each_item_to_a_mailbox_once) {
  mailbox<sample_message> inbox({.capacity = 16});
  const scan_task task = samples().stream_scan_to_process(inbox, options());
  register_of_samples all;
  while (auto message = inbox.receive()) {
    EXPECT_FALSE(all.complete) << "the completion is the last message";
    visit(*std::move(message), [&](auto&& each) { all.on(each); });
  }
  expect_everything(all, task);
}

TEST_P(delivery_test, brings_each_item_to_a_process_once) {
  process<register_of_samples> receiver(
      [](process_sender<sample_message> self) {
        return register_of_samples{.self = std::move(self)};
      },
      {.capacity = 16});
  const scan_task task = samples().stream_scan_to_process(receiver, options());
  expect_everything(receiver.join(), task);
}

INSTANTIATE_TEST_SUITE_P(shapes, delivery_test,
                         testing::Values(shape{1, std::nullopt}, shape{1, 50},
                                         shape{8, std::nullopt}, shape{8, 50}),
                         [](const auto& of) {
                           return std::to_string(of.param.segments) + "Segments" +
                                  (of.param.batch_size ? "Batches" : "Items");
                         });

class delivery_of : public test::sample_scan {};

TEST_F(delivery_of, items_of_any_shape_comes_with_all_attributes) {
  mailbox<scan_message<owned_item>> inbox;
  const scan_task task = items().stream_scan_to_process(
      inbox, {.segments = 4, .batch_size = 500, .filter_expression = "attribute_exists(rare)"});
  std::size_t rare = 0;
  while (auto message = inbox.receive()) {
    if (auto* batch = std::get_if<scan_batch<owned_item>>(&*message)) {
      for (const owned_item& each : batch->items) {
        EXPECT_EQ(each.size(), 4U);
        ++rare;
      }
    }
  }
  EXPECT_EQ(rare, test::sample_items / test::rare_every);
  EXPECT_EQ(task.wait().scanned_items, test::sample_items);
}

TEST_F(delivery_of, a_mailbox_that_goes_aborts_the_transfers) {
  std::optional<mailbox<sample_message>> inbox(std::in_place, mailbox_options{.capacity = 2});
  const scan_task task =
      samples().stream_scan_to_process(*inbox, {.page_size = 100, .segments = 8, .batch_size = 10});
  EXPECT_TRUE(inbox->receive());
  inbox.reset();
  const auto outcome = task.try_wait();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, errc::cancelled);
  EXPECT_LT(task.summary().items, test::sample_items);
  EXPECT_TRUE(counted_->wait_until_idle(std::chrono::seconds(30)));
}

}  // namespace process_delivery_test
