// What an actor does with messages that do not fit into memory, and with what is thrown.
#include "support/watchdog.hpp"

#include <dynamo/stage/actor.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>

namespace stage_actor_test {

using namespace dynamo;
using namespace dynamo::test;

class counting_actor final : public stage::detail::actor {
 public:
  explicit counting_actor(worker_pool& pool) : actor(pool) {}

  std::promise<error> perished;
  std::function<void()> in_turn;
  std::promise<void> enough;  // of turns

 private:
  bool turn() override {
    if (++turns_ == 3) {
      in_turn = nullptr;
      enough.set_value();
    }
    if (in_turn) in_turn();
    return false;
  }
  void perish(error why) noexcept override { perished.set_value(std::move(why)); }

  int turns_ = 0;
};

/// There is no memory for such a message.
struct too_large {
  too_large() = default;
  too_large(too_large&&) { throw std::bad_alloc(); }
  void operator()() const {}
};

class actor_test : public testing::Test {
 protected:
  watchdog dog{"an actor"};
  worker_pool pool{1};
  std::shared_ptr<counting_actor> one = std::make_shared<counting_actor>(pool);
  error why() { return one->perished.get_future().get(); }
};

TEST_F(actor_test, ends_for_a_message_that_does_not_fit_into_memory) {
  one->tell(too_large());
  EXPECT_EQ(why().kind, errc::out_of_memory);
}

TEST_F(actor_test, reports_the_caller_who_wants_to_know) {
  EXPECT_THROW(one->try_tell(too_large()), std::bad_alloc);
  std::promise<void> read;
  EXPECT_TRUE(one->try_tell([&] { read.set_value(); }));
  read.get_future().get();
  one->close();
  EXPECT_FALSE(one->try_tell([] {}));
}

TEST_F(actor_test, reads_the_messages_after_one_that_throws) {
  std::promise<void> behind;
  one->tell([&] {
    one->tell([] { throw std::runtime_error("the message broke"); });
    one->tell([&] { behind.set_value(); });
  });
  const error failure = why();
  EXPECT_EQ(failure.kind, errc::callback);
  EXPECT_EQ(failure.message, "the message broke");
  behind.get_future().get();
}

TEST_F(actor_test, takes_another_turn_when_it_is_woken_in_one) {
  one->in_turn = [&] { one->wake(); };
  one->wake();
  one->enough.get_future().get();
}

TEST_F(actor_test, ends_for_a_turn_that_throws) {
  one->in_turn = [] { throw std::runtime_error("the turn broke"); };
  one->wake();
  EXPECT_EQ(why().message, "the turn broke");
}

}  // namespace stage_actor_test
