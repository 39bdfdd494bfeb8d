// A scan within a budget of read units, with a summary of the items read.
#include "user.hpp"

#include <cstddef>
#include <iostream>

int main() {
  try {
    dynamo::client db = dynamo::client::from_environment();
    dynamo::table<user> users(db);

    // [estimate]
    const dynamo::table_description described = users.describe();
    if (const auto about = dynamo::estimate_scan(described)) {
      std::cout << "about " << about->items << " items, " << about->read_units << " read units, "
                << about->time_at(500).count() << " s at 500 a second\n";
    }
    // [estimate]

    // [budget]
    const dynamo::scan_budget budget(500);  // read units a second, for all scans that have it
    auto stream = users.stream_parallel_scan(
        {.segments = dynamo::segments_for(described.size_bytes), .budget = budget});
    std::size_t seen = 0;
    for (const dynamo::batch<user>& page : stream.batches()) {
      seen += page.size();
      if (seen > 100) budget.set_max_rcu(2000);  // from any thread, at any time
    }
    // [budget]

    // [summary]
    const dynamo::scan_summary summary = stream.summary();
    if (summary.end != dynamo::scan_end::complete)
      return 1;  // a bound ended it: not the whole table
    for (std::size_t i = 0; i < summary.segments.size(); ++i) {
      const dynamo::segment_summary& each = summary.segments[i];
      std::cout << "segment " << i << ": " << each.items << " items, " << each.pages << " pages, "
                << each.consumed_capacity << " read units, " << each.retries << " retries\n";
    }
    std::cout << summary.items << " items, the largest segment " << summary.item_skew()
              << " times the mean\n";
    // [summary]
    return summary.items == seen ? 0 : 1;
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
