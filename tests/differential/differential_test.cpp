// The engine against DynamoDB Local: random requests, the same to both, and the same answers.
#include "differential/chapter.hpp"
#include "differential/side.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>

namespace {

using namespace dynamo;
using namespace dynamo::differential;

// A chapter is long enough for tables to fill, and short enough to be repeated quickly.
constexpr std::size_t chapter_requests = 500;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string in_short(std::string text) {
  if (text.size() > 2000) text.replace(1600, text.size() - 2000, " ... ");
  return text;
}

std::string request_text(const step& of) {
  std::string text = std::string(wire_name(of.op)) + " " + in_short(of.body.text());
  if (of.read.each_segment) text += "  (each segment)";
  if (of.read.pages > 1) text += "  (and the next pages)";
  return text;
}

std::string report(const finding& of, const std::vector<step>& history) {
  std::ostringstream text;
  text << "they differ: " << of.what.where << "\n  left:  " << in_short(of.what.left)
       << "\n  right: " << in_short(of.what.right) << "\nasked: " << request_text(of.asked)
       << "\nleft answered:  " << of.left.pages.back().status << ' '
       << in_short(of.left.pages.back().body.text())
       << "\nright answered: " << of.right.pages.back().status << ' '
       << in_short(of.right.pages.back().body.text()) << "\nbehind " << history.size()
       << " requests:\n";
  for (const step& each : history) text << "  " << request_text(each) << '\n';
  return text.str();
}

void tell(const tally& counts) {
  std::cout << counts.requests << " requests to each side; steps by their answers:\n";
  for (const auto& [answered, times] : counts.answers) {
    std::cout << "  " << times << "  " << answered << '\n';
  }
  for (const auto& [name, times] : counts.deviations) {
    std::cout << "deviation, " << times << " times: " << name << '\n';
  }
  if (std::getenv("DYNAMO_DIFFERENTIAL_WORDINGS") == nullptr) return;
  for (const auto& [sentences, times] : counts.wordings) {
    std::cout << "wording, " << times << " times: " << sentences.first
              << "\n    and: " << sentences.second << '\n';
  }
}

TEST(differential, the_same_requests_get_the_same_answers) {
  const char* const url = std::getenv("DYNAMO_TEST_ENDPOINT");
  ASSERT_NE(url, nullptr) << "run this with scripts/differential";
  const char* const other = std::getenv("DYNAMO_DIFFERENTIAL_OTHER");
  const std::uint64_t seed = number_from("DYNAMO_DIFFERENTIAL_SEED", std::random_device{}());
  const std::uint64_t wanted = number_from("DYNAMO_DIFFERENTIAL_REQUESTS", 3000);
  const std::chrono::seconds budget(number_from("DYNAMO_DIFFERENTIAL_SHORTEN_SECONDS", 30));
  const std::uint64_t most = number_from("DYNAMO_DIFFERENTIAL_FINDINGS", 12);
  std::cout << "DYNAMO_DIFFERENTIAL_SEED=" << seed << std::endl;

  const std::unique_ptr<side> left = server_at(url);
  const std::unique_ptr<side> right = other != nullptr ? server_at(other) : engine_in_memory();
  ASSERT_EQ(left->ask(operation::list_tables, "{}").body.text(), R"({"TableNames":[]})")
      << "the server has tables already: all would be removed";

  tally counts;
  std::set<std::string> known;
  for (std::uint64_t number = seed; counts.requests < wanted && known.size() < most; ++number) {
    chapter part(*left, *right, number, counts);
    const std::size_t requests = std::min<std::size_t>(chapter_requests, wanted - counts.requests);
    for (const finding& each : part.run(requests)) {
      const std::string cause = std::string(wire_name(each.asked.op)) + each.what.where;
      if (!known.insert(cause).second || known.size() > most) continue;
      ADD_FAILURE() << "DYNAMO_DIFFERENTIAL_SEED=" << number << ": "
                    << report(each, shortest_history(*left, *right, each, budget));
    }
  }
  clear(*left);
  clear(*right);
  tell(counts);
}

}  // namespace
