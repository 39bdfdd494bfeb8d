// A run of random requests from empty tables on, which a seed repeats.
#pragma once

#include "differential/comparison.hpp"
#include "differential/random_choices.hpp"
#include "differential/requests.hpp"
#include "differential/shape.hpp"
#include "differential/side.hpp"
#include "differential/step.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::differential {

/// What was asked and how it was answered, over all chapters.
struct tally {
  std::size_t requests = 0;
  std::map<std::string, std::size_t> answers{};  ///< "PutItem 200", "PutItem ValidationException"
  std::map<std::string, std::size_t> deviations{};  ///< by name
  /// Errors of one type that say it differently: both sentences.
  std::map<std::pair<std::string, std::string>, std::size_t> wordings{};
};

/// A difference that no deviation explains.
struct finding {
  difference what;
  step asked;
  outcome left;
  outcome right;
  std::vector<step> history;  ///< of this chapter, before it
};

class chapter {
 public:
  /// Removes all tables of both sides. All parameters outlive this object.
  chapter(side& left, side& right, std::uint64_t seed, tally& counts);

  /// Makes about `requests` requests; ends early when the sides do not hold the same any more.
  [[nodiscard]] std::vector<finding> run(std::size_t requests);

 private:
  // False if the chapter cannot go on: the sides are not the same any more.
  bool take(step next);
  bool compare_tables();
  void learn(const step& done, const answer& answered);
  void count(const step& done, const outcome& left, const outcome& right);

  side& left_;
  side& right_;
  tally& counts_;
  random_choices random_;
  world tables_;
  request_writer writer_{tables_, random_};
  std::vector<step> history_;
  std::vector<finding> found_;
};

/// The sort key that a Query of an index goes by; empty for all else.
[[nodiscard]] std::string index_sort_key(const step& of, const world& tables);
/// A history behind which the same difference is there, as short as it is found within `budget`.
[[nodiscard]] std::vector<step> shortest_history(side& left, side& right, const finding& of,
                                                 std::chrono::seconds budget);

}  // namespace dynamo::differential
