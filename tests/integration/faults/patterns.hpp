// The ways of reading a table, each as one function that ends complete or with an error.
#pragma once

#include "support/sample_table.hpp"

#include <dynamo/dynamo.hpp>

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::test {

/// What came of a run.
struct run_outcome {
  result<void> ended;
  /// Items that came, each at most once; fails the test otherwise.
  roll_call seen;
  /// Items whose contents were not the sample's.
  std::size_t wrong = 0;

  void came(const sample& one);
};

/// Scans `from`; `into` is the name of a table to copy to, `folder` one for files.
struct run_of {
  client db;
  std::string from;
  std::string into;
  std::string folder;
  scan_options options{};
};

struct pattern {
  std::string_view name;
  void (*run)(const run_of& what, run_outcome& out);
};

void export_to_file(const run_of& what, run_outcome& out);
void copy_table(const run_of& what, run_outcome& out);
void through_stages(const run_of& what, run_outcome& out);
void through_a_flow(const run_of& what, run_outcome& out);
void to_a_mailbox(const run_of& what, run_outcome& out);

inline constexpr std::array patterns = {
    pattern{"export", export_to_file}, pattern{"copy", copy_table},
    pattern{"stages", through_stages}, pattern{"flow", through_a_flow},
    pattern{"process", to_a_mailbox}};

}  // namespace dynamo::test
