// What a program writes until it is killed, as that program and the test that kills it know it.
#pragma once

#include "engine/store/database.hpp"
#include "support/store_sample.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::engine::test {

inline constexpr int killed_threads = 4;

/// A table with a GSI, a LSI, a stream and a time to live.
inline table_definition killed_table() {
  table_definition table = sample_table();
  table.stream = stream_view::new_and_old_images;
  table.stream_label = "one";
  table.time_to_live = "until";
  return table;
}

/// The writes of one thread: the same for the same seed. Each is put, changed or removed by "at" of
/// its items, which no other thread writes.
class killed_writes {
 public:
  killed_writes(unsigned seed, int thread)
      : random_(seed + static_cast<unsigned>(thread)), thread_(thread) {}

  /// By "at"; nothing: it is removed.
  using changes = std::map<int, std::optional<owned_item>>;

  /// One to three changes that are made together or not at all.
  changes next() {
    changes made;
    const std::size_t count = random_() % 4 == 0 ? 3 : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const int at = thread_ * 1'000 + static_cast<int>(random_() % 60);
      if (random_() % 4 == 0) {
        made[at] = std::nullopt;
        continue;
      }
      owned_item item = sample_item(at);
      item.insert_or_assign("rank", static_cast<int>(random_() % 1'000));
      item.insert_or_assign("name", std::string(random_() % 600, 'n'));
      if (random_() % 5 == 0) item.erase("mail");
      if (random_() % 2 == 0) item.insert_or_assign("until", 1'700'000'000 + at);
      made[at] = std::move(item);
    }
    return made;
  }

  static void make(transaction& in, const changes& made) {
    for (const auto& [at, item] : made) {
      if (item) {
        put(in, "users", *item);
      } else {
        remove(in, "users", key_of(sample_item(at)));
      }
    }
  }

 private:
  std::mt19937 random_;
  int thread_;
};

}  // namespace dynamo::engine::test
