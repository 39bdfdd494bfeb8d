// Delivers a table to a mailbox, to a process, and as user-defined messages.
#include "expect.hpp"
#include "user.hpp"

#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using counts = std::map<std::string, int>;

// The receiver takes batches of 50 from a mailbox that holds at most 64.
counts by_mailbox(const dynamo::table<user>& users) {
  counts per_tenant;
  // [mailbox]
  dynamo::mailbox<dynamo::scan_message<user>> inbox({.capacity = 64});
  dynamo::scan_task task = users.stream_scan_to_process(inbox, {.segments = 4, .batch_size = 50});

  while (auto message = inbox.receive()) {
    dynamo::visit(
        *message,
        [&](const dynamo::scan_batch<user>& batch) {
          for (const user& u : batch.items) ++per_tenant[u.tenant_id];
        },
        [](const dynamo::scan_item<user>&) {},  // only without batch_size
        [](const dynamo::scan_complete& end) {
          std::cout << end.summary.items << " users in " << end.summary.messages << " batches\n";
        },
        [](const dynamo::scan_error& end) { std::cerr << end.error.to_string() << '\n'; });
  }
  dynamo::scan_summary summary = task.wait();  // throws what ended the scan
  // [mailbox]
  expect(summary.items == 500 && summary.messages == 10, "ten batches of fifty");
  return per_tenant;
}

// [process]
// A process: its state lives on a thread of its own, and only messages reach it.
struct tenant_counter {
  using message = dynamo::scan_message<user>;

  void on(const dynamo::scan_batch<user>& batch) {
    for (const user& u : batch.items) ++per_tenant[u.tenant_id];
  }
  void on(const dynamo::scan_item<user>& one) { ++per_tenant[one.item.tenant_id]; }
  void on(const dynamo::scan_complete&) { self.stop(); }
  void on(const dynamo::scan_error& end) { throw dynamo::exception(end.error); }

  dynamo::process_sender<message> self;
  counts per_tenant{};
};
// [process]

counts by_process(const dynamo::table<user>& users) {
  // [run-process]
  dynamo::process<tenant_counter> counter(
      [](dynamo::process_sender<tenant_counter::message> self) { return tenant_counter{self}; });
  dynamo::scan_task task = users.stream_scan_to_process(counter, {.segments = 4, .batch_size = 50});

  auto known = [](const tenant_counter& state) { return state.per_tenant.size(); };
  std::size_t so_far = counter.call(known);       // runs on the process's thread
  counts per_tenant = counter.join().per_tenant;  // it stops itself at the completion
  // [run-process]
  expect(so_far <= per_tenant.size(), "an answer from in between");
  return per_tenant;
}

// [shapes]
struct new_row {
  std::string email;
};
struct no_more_rows {
  std::uint64_t rows;
};
struct trouble {
  std::string what;
};
using row_message = std::variant<new_row, no_more_rows, trouble>;
// [shapes]

void in_messages_of_its_own(const dynamo::table<user>& users) {
  // [use-shapes]
  dynamo::mailbox<row_message> inbox;
  dynamo::scan_task task = users.stream_scan_to_process(
      inbox, {.limit = 5},
      {.message_format = [](user u) -> row_message { return new_row{std::move(u.email)}; },
       .completion_message = [](const dynamo::scan_summary& end) -> row_message {
         return no_more_rows{end.items};
       },
       .error_message = [](const dynamo::error& failure) -> row_message {
         return trouble{failure.to_string()};
       }});
  // [use-shapes]
  for (int i = 0; i < 5; ++i) {
    expect(std::holds_alternative<new_row>(*inbox.receive()), "five rows");
  }
  expect(std::get<no_more_rows>(*inbox.receive()).rows == 5, "then the end");
  expect(!inbox.receive(), "nothing behind it");
}

}  // namespace

int main() {
  try {
    const dynamo::table<user> users(dynamo::client::from_environment());
    const counts one = by_mailbox(users);
    const counts other = by_process(users);
    expect(one == other && !one.empty(), "both ways count the same");
    in_messages_of_its_own(users);
    std::cout << one.size() << " tenants\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
