// The chain itself: who is asked when, and what is remembered.
#include "auth/credential_chain.hpp"

#include "unit/auth/fake_dependencies.hpp"

#include <dynamo/auth/credentials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace auth_credential_chain_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::credential_provider;
using dynamo::credentials;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A place that answers when the test says so.
struct script {
  std::vector<credential_source::handler> asked;

  void answer(credential_source::answer found) {
    ASSERT_FALSE(asked.empty());
    const auto done = std::exchange(asked, {});
    for (const auto& handler : done) handler(found);
  }
};

class scripted_source final : public credential_source {
 public:
  scripted_source(std::string name, std::shared_ptr<script> lines)
      : name_(std::move(name)), lines_(std::move(lines)) {}
  void find(handler done) override { lines_->asked.push_back(std::move(done)); }
  std::string place() const override { return name_; }

 private:
  const std::string name_;
  const std::shared_ptr<script> lines_;
};

class chain_test : public testing::Test {
 protected:
  chain_test() {
    std::vector<std::unique_ptr<credential_source>> sources;
    sources.push_back(std::make_unique<scripted_source>("the first script", first_));
    sources.push_back(std::make_unique<scripted_source>("the second script", second_));
    sources.push_back(std::make_unique<scripted_source>("the second script", third_));
    provider_ = make_credential_chain(
        std::move(sources), clock_, "find some",
        [this](const dynamo::error& failed) { unheard_.push_back(failed.message); });
  }
  void resolve() {
    provider_->resolve([this](const dynamo::result<credentials>& found) {
      answers_.push_back(found ? found->access_key_id : found.error().message);
    });
  }
  credentials keys(std::string id, std::optional<std::chrono::minutes> left = std::nullopt) const {
    credentials made;
    made.access_key_id = std::move(id);
    made.secret_access_key = "s";
    if (left) made.expiration = clock_->wall_time() + *left;
    return made;
  }
  void pass(std::chrono::minutes time) { clock_->set(clock_->wall_time() + time); }

  std::shared_ptr<script> first_ = std::make_shared<script>();
  std::shared_ptr<script> second_ = std::make_shared<script>();
  std::shared_ptr<script> third_ = std::make_shared<script>();
  std::shared_ptr<fake_clock> clock_ = std::make_shared<fake_clock>();
  std::shared_ptr<credential_provider> provider_;
  std::vector<std::string> answers_;
  std::vector<std::string> unheard_;
};

TEST_F(chain_test, reports_a_renewal_that_fails_while_the_old_ones_serve) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(50min);
  resolve();
  first_->answer(dynamo::error{.message = "down"});
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
  EXPECT_THAT(unheard_, ElementsAre("down"));
  pass(10min);
  resolve();
  first_->answer(dynamo::error{.message = "still down"});
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "still down"));
  EXPECT_THAT(unheard_, ElementsAre("down")) << "the caller hears of it";
}

TEST_F(chain_test, stays_with_its_account) {
  credentials one = keys("AK1", 60min);
  one.account_id = "111111111111";
  credentials other = keys("AK2", 120min);
  other.account_id = "222222222222";
  resolve();
  first_->answer(one);
  provider_->invalidate();
  resolve();
  first_->answer(other);
  EXPECT_THAT(answers_, ElementsAre("AK1", testing::HasSubstr("now of account 222222222222")));
  other.account_id.clear();  // keys that do not tell
  resolve();
  first_->answer(other);
  EXPECT_EQ(answers_.back(), "AK2");
}

TEST_F(chain_test, asks_the_next_place_only_when_there_is_nothing) {
  resolve();
  EXPECT_THAT(second_->asked, IsEmpty());
  first_->answer(std::nullopt);
  second_->answer(keys("AK2"));
  EXPECT_THAT(answers_, ElementsAre("AK2"));
}

TEST_F(chain_test, an_error_ends_the_search) {
  resolve();
  dynamo::error broken;
  broken.message = "broken";
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("broken"));
  EXPECT_THAT(second_->asked, IsEmpty());
}

TEST_F(chain_test, lists_the_places_when_all_have_nothing) {
  resolve();
  first_->answer(std::nullopt);
  second_->answer(std::nullopt);
  third_->answer(std::nullopt);
  // Each place once, though two sources look in one of them.
  EXPECT_THAT(answers_, ElementsAre("No credentials were found in the first script or the second "
                                    "script: find some"));
}

TEST_F(chain_test, callers_during_a_search_share_its_outcome) {
  resolve();
  resolve();
  EXPECT_THAT(first_->asked, SizeIs(1));
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
}

TEST_F(chain_test, invalidating_during_a_search_starts_it_again) {
  resolve();
  provider_->invalidate();
  resolve();
  first_->answer(keys("STALE"));
  EXPECT_THAT(answers_, IsEmpty());
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
}

TEST_F(chain_test, renews_beside_those_who_ask_and_then_makes_them_wait) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(44min);
  resolve();
  EXPECT_THAT(first_->asked, IsEmpty());
  pass(1min);
  resolve();
  resolve();
  EXPECT_THAT(first_->asked, SizeIs(1));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK1", "AK1"));
  pass(5min);
  resolve();
  EXPECT_THAT(answers_, SizeIs(4));
  EXPECT_THAT(first_->asked, SizeIs(1));
  first_->answer(keys("AK2", 60min));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK1", "AK1", "AK2"));
}

TEST_F(chain_test, a_source_that_answers_at_once_is_asked_after_the_caller) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(46min);
  resolve();
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
  first_->answer(keys("AK2", 60min));
  resolve();
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK2"));
}

TEST_F(chain_test, keeps_what_is_still_valid_when_renewing_fails_and_pauses) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(52min);
  dynamo::error broken;
  broken.message = "broken";
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
  resolve();
  EXPECT_THAT(first_->asked, IsEmpty()) << "a source that fails is asked by each caller";
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK1"));
  pass(8min);
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK1", "broken"));
}

TEST_F(chain_test, keeps_to_the_place_that_had_credentials_first) {
  resolve();
  first_->answer(std::nullopt);
  second_->answer(keys("AK2", 60min));
  pass(55min);
  resolve();
  EXPECT_THAT(first_->asked, IsEmpty());
  second_->answer(keys("AK3", 60min));
  provider_->invalidate();
  resolve();
  EXPECT_THAT(first_->asked, IsEmpty());
  second_->answer(std::nullopt);
  EXPECT_THAT(third_->asked, IsEmpty());
  EXPECT_THAT(answers_,
              ElementsAre("AK2", "AK3",
                          AllOf(HasSubstr("the second script"), HasSubstr("no longer has any"))));
}

TEST_F(chain_test, credentials_that_expire_as_they_come_are_an_error) {
  resolve();
  first_->answer(keys("AK1", 0min));
  EXPECT_THAT(answers_, ElementsAre(AllOf(HasSubstr("the first script expired at"),
                                          HasSubstr("2026-01-01T00:00:00Z"))));
}

TEST_F(chain_test, forgets_what_was_invalidated_even_if_looking_again_fails) {
  resolve();
  first_->answer(keys("AK1", 60min));
  provider_->invalidate();
  dynamo::error broken;
  broken.message = "broken";
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "broken"));
}

TEST_F(chain_test, a_handler_may_ask_again) {
  provider_->resolve([this](const dynamo::result<credentials>&) { resolve(); });
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1"));
}

TEST_F(chain_test, a_search_outlives_its_provider) {
  resolve();
  provider_.reset();
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1"));
}

}  // namespace auth_credential_chain_test
