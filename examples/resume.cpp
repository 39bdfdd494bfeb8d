// Scans that resume after an interruption: in batches, item by item, as messages, through stages
// and a flow, and into a file that has every item once.
#include "user.hpp"

#include <dynamo/sink/output_file.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

namespace {

struct crash : std::runtime_error {
  crash() : std::runtime_error("crash") {}
};

// Number of batches until the program crashes; 0: never.
int crash_in = 0;
void may_crash() {
  if (crash_in != 0 && --crash_in == 0) throw crash();
}

// Stands for a database; the same user may be saved twice.
class user_store {
 public:
  void save(const user& each) {
    const std::lock_guard lock(mutex_);
    ids_.insert(each.id + each.email);
    ++calls_;
  }
  void save(const dynamo::batch<user>& batch) {
    may_crash();
    for (const user& each : batch) save(each);
  }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  std::mutex mutex_;
  std::set<std::string> ids_;
  std::size_t calls_ = 0;
};

void in_batches(const dynamo::table<user>& users, user_store& database) {
  // [batches]
  auto scan = users.stream_parallel_scan(
      {.page_size = 50, .segments = 4, .checkpoint = dynamo::checkpoint_file("users.checkpoint")});
  for (auto& batch : scan.batches()) {
    database.save(batch);
    batch.acknowledge();
  }
  // [batches]
}

void item_by_item(const dynamo::table<user>& users, user_store& database) {
  // [items]
  auto scan = users.stream_scan({.checkpoint = dynamo::checkpoint_file("items.checkpoint")});
  std::uint64_t count = 0;
  for (const user& each : scan) {
    database.save(each);
    if (++count % 100 == 0) scan.acknowledge();  // all that came so far
  }
  scan.acknowledge();
  // [items]
}

void as_messages(const dynamo::table<user>& users, user_store& database) {
  // [messages]
  dynamo::mailbox<dynamo::scan_message<user>> inbox({.capacity = 64});
  dynamo::scan_task task = users.stream_scan_to_process(
      inbox, {.segments = 4,
              .batch_size = 30,
              .checkpoint = dynamo::checkpoint_file("messages.checkpoint")});
  bool ended = false;
  while (auto message = inbox.receive()) {
    dynamo::visit(
        *message,
        [&](const dynamo::scan_batch<user>& batch) {
          for (const user& each : batch.items) database.save(each);
          batch.acknowledge();
        },
        [](const dynamo::scan_item<user>&) {},  // not with batch_size
        [&](const dynamo::scan_complete&) { ended = true; },
        [&](const dynamo::scan_error&) { ended = true; });
    if (ended) break;
  }
  task.wait();
  // [messages]
}

// [stages]
struct writer {
  user_store* database;
  void on_events(std::span<const dynamo::tracked<user>> users) {
    for (const dynamo::tracked<user>& each : users) {
      database->save(each);  // a tracked<user> is a user
      each.acknowledge();
    }
  }
};

void through_stages(const dynamo::client& db, user_store& database) {
  const dynamo::table<dynamo::tracked<user>> users(db);
  dynamo::stage::supervisor pipeline;
  auto source = pipeline.start(dynamo::stage::scan_producer<dynamo::tracked<user>>(
      users, {.segments = 4, .checkpoint = dynamo::checkpoint_file("stages.checkpoint")}));
  pipeline.start([&] { return writer{&database}; }, {.subscribe_to = {{source}}});
  pipeline.wait();
}
// [stages]

void through_a_flow(const dynamo::client& db, user_store& database) {
  // [flow]
  const dynamo::table<dynamo::tracked<user>> users(db);
  auto scan = users.stream_parallel_scan(
      {.segments = 4, .checkpoint = dynamo::checkpoint_file("flow.checkpoint")});
  auto ages = dynamo::flow::from(std::move(scan), {.stages = 2}) |
              dynamo::flow::map([&](const dynamo::tracked<user>& each) {
                database.save(each);
                each.acknowledge();
                return each.age.value_or(0);
              }) |
              dynamo::flow::collect();
  // [flow]
  if (ages.size() != database.size()) throw std::logic_error("the flow lost users");
}

void append(dynamo::output_file& file, const dynamo::batch<user>& batch) {
  for (const user& each : batch) file.write(each.id + "\n");
  file.flush();
  may_crash();
}

void into_a_file(const dynamo::table<user>& users) {
  // [file]
  std::optional<dynamo::output_file> file;
  std::uint64_t length = 0;  // of what was acknowledged
  auto scan = users.stream_parallel_scan({.page_size = 50,
                                          .segments = 4,
                                          .checkpoint = dynamo::checkpoint_file("ids.checkpoint"),
                                          .checkpoint_note = [&] {
                                            file->sync();
                                            return std::to_string(length);
                                          }});
  dynamo::output_file_options options{.replace = true, .keep_partial = true};
  if (scan.resumed()) options.resume_at = length = std::stoull(scan.resumed()->note);
  file.emplace(dynamo::output_file::create("ids.txt", options));
  for (auto& batch : scan.batches()) {
    append(*file, batch);
    length = file->size();
    batch.acknowledge();
  }
  file->commit();
  // [file]
}

std::size_t lines_of(const std::string& path) {
  std::ifstream file(path);
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  return lines;
}

template <class Run>
void crashes(Run&& run) {
  crash_in = 3;
  try {
    run();
  } catch (const crash&) {
    crash_in = 0;
    return;
  }
  throw std::logic_error("there was nothing left to read behind the crash");
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "dynamo-resume-example";
  try {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::current_path(folder);
    const dynamo::client db = dynamo::client::from_environment();
    const dynamo::table<user> users(db);

    user_store first;
    crashes([&] { in_batches(users, first); });
    in_batches(users, first);
    user_store items, messages, stages, flows;
    item_by_item(users, items);
    as_messages(users, messages);
    through_stages(db, stages);
    through_a_flow(db, flows);
    crashes([&] { into_a_file(users); });
    into_a_file(users);

    const std::size_t all = users.count().items;
    for (const user_store* each : {&first, &items, &messages, &stages, &flows}) {
      if (each->size() != all) throw std::logic_error("users are missing");
    }
    // Acknowledged items were not delivered again.
    if (first.calls() != all || lines_of("ids.txt") != all) throw std::logic_error("users twice");
    // A finished scan reads nothing.
    user_store nobody;
    in_batches(users, nobody);
    if (nobody.calls() != 0) throw std::logic_error("a finished scan has read");
    std::cout << all << " users, each way resumed\n";
    std::filesystem::remove_all(folder);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
