// Counts users per tenant, from eight segments in parallel, in bounded memory.
#include "user.hpp"

#include <iostream>
#include <map>

int main() {
  try {
    // [totals]
    dynamo::table<user> users(dynamo::client::from_environment());
    std::map<std::string, int> per_tenant;

    auto stream = users.stream_parallel_scan({.segments = 8, .max_concurrency = 4});
    for (const dynamo::batch<user>& page : stream.batches()) {
      for (const user& u : page) ++per_tenant[u.tenant_id];
    }
    // [totals]

    const dynamo::scan_progress progress = stream.progress();
    std::cout << per_tenant.size() << " tenants, " << progress.items << " users, " << progress.pages
              << " pages, " << progress.consumed_capacity << " read units\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
