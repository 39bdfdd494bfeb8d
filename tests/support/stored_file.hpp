// Databases in files, and what tests of the store do with them.
#pragma once

#include "engine/store/schema.hpp"
#include "engine/store/store_failure.hpp"
#include "support/store_sample.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace dynamo::engine::test {

/// Writes do not wait for the disk.
inline const engine_options quick{.durable = durability::process_crash};

/// Opens a file that can be opened, or creates it.
inline std::unique_ptr<database> open_quickly(const std::string& path) {
  return database::open(path, quick).value();
}

/// Creates a file of format 1, whose pages have no checksums.
inline void create_version_1(const std::string& path) {
  store::connection old(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  old.execute("PRAGMA page_size=16384");
  old.execute(store::schema_steps().front());
  old.execute("PRAGMA user_version=1; PRAGMA application_id=" +
              std::to_string(store::application_id) + "; PRAGMA journal_mode=WAL");
}

/// Creates `sample_table`.
inline void create_users(database& in) {
  in.write([](transaction& changes) { changes.create_table(sample_table()); });
}

/// A `sample_item` with a name of this length and a time to live.
inline owned_item long_item(int number, std::size_t name_bytes) {
  owned_item item = sample_item(number);
  item.insert_or_assign("name", std::string(name_bytes, 'n'));
  item.insert_or_assign("until", 1'700'000'000 + number);
  return item;
}

/// How many items a scan of the table "users" finds.
inline std::size_t count_users(database& in) {
  return items_of(in, definition_of(in, "users")->rows).size();
}

/// The message of the `store_failure` that `f` throws. A failure of the test if it throws none.
inline std::string failure_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const store_failure& failure) {
    return failure.what();
  }
  ADD_FAILURE() << "did not throw";
  return {};
}

}  // namespace dynamo::engine::test
