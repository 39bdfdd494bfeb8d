// Faults under schedules that are different each time and the same for one seed.
#include "support/watchdog.hpp"
#include "unit/stage/stages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>

namespace stage_fault_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::HasSubstr;

constexpr unsigned repeats = 200;

class stage_faults : public testing::Test {
 protected:
  // Pauses of a random length, by seed: other threads come between at other places.
  class schedule {
   public:
    explicit schedule(unsigned seed) : random_(seed) {}
    void point() {
      unsigned yields = 0;
      {
        const std::lock_guard lock(mutex_);
        yields = static_cast<unsigned>(random_() % 4);
      }
      for (; yields != 0; --yields) std::this_thread::yield();
    }
    std::size_t below(std::size_t end) {
      const std::lock_guard lock(mutex_);
      return random_() % end;
    }

   private:
    std::mutex mutex_;
    std::mt19937 random_;
  };

  static source_factory endless(schedule& when) {
    return [&when] {
      return source{[&when](std::size_t count, stage::emit<int> out) {
                      when.point();
                      for (; count != 0; --count) out(1);
                    },
                    {}};
    };
  }
  static through_factory pausing(schedule& when) {
    return [&when] {
      return through{[&when](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                       when.point();
                       for (const int each : in) out(each);
                     },
                     {}};
    };
  }

  // With a sanitizer's build it takes minutes.
  watchdog dog{"stages with faults", std::chrono::seconds(600)};
};

// A stage that throws every 1,000 items over 20,000.
class strategy_faults : public stage_faults, public testing::WithParamInterface<stage::strategy> {};

TEST_P(strategy_faults, nothing_is_lost_to_a_stage_that_throws_every_thousand_items) {
  for (unsigned seed = 0; seed < repeats; ++seed) {
    schedule when(seed);
    collection got;
    std::atomic<std::size_t> seen = 0;
    std::atomic<std::size_t> flagged = 0;
    std::atomic<std::uint64_t> thrown = 0;
    const auto pool = std::make_shared<worker_pool>(1 + seed % 3);
    stage::supervisor tree({.strategy = GetParam(), .max_restarts = 1000, .pool = pool});
    auto a = tree.start(counter(20'000));
    through_factory fragile = [&] {
      return through{[&](std::span<int> in, stage::emit<int> out, stage::delivery& with) {
                       when.point();
                       if (with.redelivered) flagged += in.size();
                       for (const int each : in) {
                         if (++seen % 1000 == 0) {
                           ++thrown;
                           throw std::runtime_error("every thousand");
                         }
                         out(each);
                       }
                     },
                     {}};
    };
    auto b = tree.start(
        fragile, through_options{.subscribe_to = {{a, {.max_demand = 100 + when.below(500)}}}});
    tree.start(got.sink_of(),
               sink_options{.subscribe_to = {{b, {.max_demand = 50 + when.below(1000)}}}});
    const auto ended = tree.try_wait();
    ASSERT_TRUE(ended) << ended.error().to_string() << ", seed " << seed;
    ASSERT_EQ(got.all(), numbers(20'000)) << "seed " << seed;
    const auto children = tree.which_children();
    ASSERT_GE(thrown, 20U);
    ASSERT_EQ(children[1].crashes, thrown) << "seed " << seed;
    ASSERT_EQ(children[1].restarts, thrown) << "seed " << seed;
    ASSERT_EQ(children[1].redelivered, flagged) << "seed " << seed;
    ASSERT_GT(flagged, 0U);
    ASSERT_EQ(children[0].restarts > 0, GetParam() == stage::one_for_all) << "seed " << seed;
    ASSERT_EQ(children[2].restarts > 0, GetParam() != stage::one_for_one) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(any, strategy_faults,
                         testing::Values(stage::one_for_one, stage::one_for_all,
                                         stage::rest_for_one),
                         [](const auto& of) {
                           return of.param == stage::one_for_one   ? "OneForOne"
                                  : of.param == stage::one_for_all ? "OneForAll"
                                                                   : "RestForOne";
                         });

TEST_F(stage_faults, copies_lose_nothing) {
  for (unsigned seed = 0; seed < repeats; ++seed) {
    schedule when(seed);
    collection got;
    std::atomic<std::size_t> seen = 0;
    stage::supervisor tree({.max_restarts = 1000});
    auto a = tree.start(counter(5000));
    through_factory fragile = [&] {
      return through{[&](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                       for (const int each : in) {
                         if (++seen % 500 == 0) throw std::runtime_error("now and then");
                         out(each);
                       }
                       when.point();
                     },
                     {}};
    };
    auto b = tree.start(fragile,
                        through_options{.subscribe_to = {{a, {.max_demand = 60}}}, .copies = 2});
    tree.start(got.sink_of(), sink_options{.subscribe_to = {{b}}, .copies = 2});
    ASSERT_TRUE(tree.try_wait()) << "seed " << seed;
    ASSERT_EQ(got.sorted(), numbers(5000)) << "seed " << seed;
  }
}

TEST_F(stage_faults, the_limit_ends_the_tree_with_one_error_that_names_the_stage) {
  for (unsigned seed = 0; seed < repeats; ++seed) {
    schedule when(seed);
    const auto strategies = {stage::one_for_one, stage::one_for_all, stage::rest_for_one};
    stage::supervisor tree({.strategy = strategies.begin()[seed % 3]});
    auto a = tree.start(endless(when));
    std::atomic<std::size_t> left = when.below(3000);
    through_factory breaking = [&] {
      return through{[&](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                       if (left < in.size()) throw std::runtime_error("broken for good");
                       left -= in.size();
                       for (const int each : in) out(each);
                     },
                     {}};
    };
    auto b = tree.start(breaking, through_options{.subscribe_to = {{a}}, .name = "transformer"});
    collection got;
    tree.start(got.sink_of(), sink_options{.subscribe_to = {{b}}});
    const auto ended = tree.try_wait();
    ASSERT_FALSE(ended);
    ASSERT_THAT(ended.error().message, HasSubstr("stage 'transformer'"));
    ASSERT_THAT(ended.error().message, HasSubstr("broken for good"));
  }
}

TEST_F(stage_faults, poison_goes_to_the_dead_letters) {
  for (unsigned seed = 0; seed < repeats; ++seed) {
    schedule when(seed);
    collection got;
    collection dead;
    stage::supervisor tree;
    auto a = tree.start(counter(2000));
    const int poison = static_cast<int>(when.below(2000));
    sink_factory picky = [&] {
      return sink{[&](std::span<int> in, stage::delivery&) {
                    when.point();
                    if (std::find(in.begin(), in.end(), poison) != in.end()) {
                      throw std::runtime_error("poison");
                    }
                    got.add(in);
                  },
                  {},
                  {}};
    };
    tree.start(picky, sink_options{.subscribe_to = {{a, {.max_demand = 10 + when.below(300)}}},
                                   .dead_letter = [&](int&& event, const error&) {
                                     dead.add({&event, 1});
                                   }});
    ASSERT_TRUE(tree.try_wait()) << "seed " << seed;
    ASSERT_EQ(dead.all(), std::vector<int>{poison});
    ASSERT_EQ(got.all().size(), 1999U);
  }
}

enum class from : std::uint8_t { stop, token, destructor, consumer, inside };

TEST_F(stage_faults, cancellation_from_each_place_ends_everything) {
  for (unsigned seed = 0; seed < repeats; ++seed) {
    for (const from where :
         {from::stop, from::token, from::destructor, from::consumer, from::inside}) {
      schedule when(seed);
      std::stop_source stop;
      collection got;
      const std::size_t after = 1 + when.below(3000);
      std::atomic<std::size_t> count = 0;
      stage::supervisor tree({.max_restarts = 1000, .stop = stop.get_token()});
      auto a = tree.start(endless(when));
      auto b = tree.start(pausing(when), through_options{.subscribe_to = {{a}}});
      sink_factory last = [&] {
        return sink{[&](std::span<int> in, stage::delivery& with) {
                      got.add(in);
                      if ((count += in.size()) >= after) {
                        if (where == from::consumer) with.cancel();
                        if (where == from::inside) tree.request_stop();
                      }
                      if (when.below(10) == 0) throw std::runtime_error("and crashes, too");
                    },
                    {},
                    {}};
      };
      tree.start(last, sink_options{.subscribe_to = {{b, {.max_demand = 100}}}});
      if (where == from::consumer) {
        ASSERT_TRUE(tree.try_wait()) << "seed " << seed;
        continue;
      }
      if (where != from::inside) got.wait_for(after);
      if (where == from::stop) tree.stop();
      if (where == from::token) stop.request_stop();
      if (where == from::destructor) continue;
      const auto ended = tree.try_wait();
      ASSERT_FALSE(ended);
      ASSERT_EQ(ended.error().kind, errc::cancelled) << "seed " << seed;
    }
  }
}

}  // namespace stage_fault_test
