// Aggregates users per tenant on several threads, in memory proportional to the number of tenants.
#include "user.hpp"

#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

// [state]
struct figures {
  int users = 0;
  int with_age = 0;
  int years = 0;

  void add(const user& u) {
    ++users;
    with_age += u.age.has_value();
    years += u.age.value_or(0);
  }
  void add(const figures& other) {
    users += other.users;
    with_age += other.with_age;
    years += other.years;
  }
  friend bool operator==(const figures&, const figures&) = default;
};
using per_tenant = std::unordered_map<std::string, figures>;
// [state]

}  // namespace

int main() {
  try {
    namespace flow = dynamo::flow;
    dynamo::table<user> users(dynamo::client::from_environment());

    // [aggregation]
    auto totals =
        flow::from(users.stream_parallel_scan({.segments = 8})) |
        // Where a page is decoded its users are counted: only figures leave the stage.
        flow::reduce([] { return per_tenant(); },
                     [](per_tenant& tenants, const user& u) { tenants[u.tenant_id].add(u); }) |
        flow::emit_events() |  // each tenant of each stage
        flow::partition(&std::pair<std::string, figures>::first, {.stages = 2}) |
        flow::reduce([] { return per_tenant(); },
                     [](per_tenant& tenants, const std::pair<std::string, figures>& part) {
                       tenants[part.first].add(part.second);
                     }) |
        flow::emit_events() | flow::collect<std::map<std::string, figures>>();
    // [aggregation]

    // [group-by]
    auto names = flow::from(users.stream_parallel_scan({.segments = 8})) |
                 flow::partition(&user::tenant_id) | flow::group_by(&user::tenant_id, &user::name) |
                 flow::collect<std::map<std::string, std::vector<std::string>>>();
    // [group-by]

    // [take-sort]
    auto largest =
        flow::from(totals) |
        flow::map([](const auto& tenant) { return std::pair(tenant.second.users, tenant.first); }) |
        flow::take_sort(3, std::greater<>()) | flow::collect();
    // [take-sort]

    std::map<std::string, figures> expected;
    for (const user& u : users.stream_scan()) expected[u.tenant_id].add(u);
    if (totals != expected) throw std::runtime_error("the figures are wrong");
    for (const auto& [tenant, all] : names) {
      if (static_cast<int>(all.size()) != expected[tenant].users) {
        throw std::runtime_error("names are missing");
      }
    }
    for (const auto& [count, tenant] : largest) {
      const figures& of = totals[tenant];
      std::cout << tenant << ": " << count << " users, "
                << (of.with_age == 0 ? 0 : of.years / of.with_age) << " years on average\n";
    }
    std::cout << totals.size() << " tenants\n";
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
