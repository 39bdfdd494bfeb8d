// Exports a table as CSV: all columns, found in one pass, in constant memory.
#include <dynamo/dynamo.hpp>
#include <dynamo/sink/csv_writer.hpp>

#include <cstdint>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "users.csv";
  try {
    const dynamo::client db = dynamo::client::from_environment();
    std::uint64_t rows = 0;
    // [export]
    const dynamo::table<dynamo::item> users(db, "users");
    auto file = dynamo::output_file::create(path, {.replace = true});
    auto csv = dynamo::csv_writer::with_all_columns(file, {"id", "email"});
    for (const dynamo::item& user : users.stream_parallel_scan({.segments = 4})) {
      csv.write(user);
      ++rows;
    }
    csv.finish();
    file.commit();  // until now it was users.csv.partial: no half file passes for a whole one
    // [export]
    std::cout << rows << " rows with " << csv.columns().size() << " columns in " << path << '\n';
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
