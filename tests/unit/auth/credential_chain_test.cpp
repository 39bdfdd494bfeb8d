// The chain itself: who is asked when, and what is remembered.
#include "auth/credential_chain.hpp"

#include "unit/auth/fake_surroundings.hpp"

#include <dynamo/auth/credentials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::credential_provider;
using dynamo::credentials;
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
  explicit scripted_source(std::shared_ptr<script> lines) : lines_(std::move(lines)) {}
  void find(handler done) override { lines_->asked.push_back(std::move(done)); }
  std::string place() const override { return "the script"; }

 private:
  std::shared_ptr<script> lines_;
};

class Chain : public testing::Test {
 protected:
  Chain() {
    std::vector<std::unique_ptr<credential_source>> sources;
    sources.push_back(std::make_unique<scripted_source>(first_));
    sources.push_back(std::make_unique<scripted_source>(second_));
    provider_ = make_credential_chain(std::move(sources), clock_, "find some");
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
  std::shared_ptr<fake_clock> clock_ = std::make_shared<fake_clock>();
  std::shared_ptr<credential_provider> provider_;
  std::vector<std::string> answers_;
};

TEST_F(Chain, AsksTheNextPlaceOnlyWhenThereIsNothing) {
  resolve();
  EXPECT_THAT(second_->asked, IsEmpty());
  first_->answer(std::nullopt);
  second_->answer(keys("AK2"));
  EXPECT_THAT(answers_, ElementsAre("AK2"));
}

TEST_F(Chain, AnErrorEndsTheSearch) {
  resolve();
  dynamo::error broken;
  broken.message = "broken";
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("broken"));
  EXPECT_THAT(second_->asked, IsEmpty());
}

TEST_F(Chain, ListsThePlacesWhenAllHaveNothing) {
  resolve();
  first_->answer(std::nullopt);
  second_->answer(std::nullopt);
  EXPECT_THAT(answers_, ElementsAre(HasSubstr("the script or the script: find some")));
}

TEST_F(Chain, CallersDuringASearchShareItsOutcome) {
  resolve();
  resolve();
  EXPECT_THAT(first_->asked, SizeIs(1));
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
}

TEST_F(Chain, InvalidatingDuringASearchStartsItAgain) {
  resolve();
  provider_->invalidate();
  resolve();
  first_->answer(keys("STALE"));
  EXPECT_THAT(answers_, IsEmpty());
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
}

TEST_F(Chain, LooksAgainShortlyBeforeTheEnd) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(54min);
  resolve();
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
  pass(1min);
  resolve();
  first_->answer(keys("AK2", 60min));
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "AK2"));
}

TEST_F(Chain, KeepsWhatIsStillValidWhenLookingAgainFails) {
  resolve();
  first_->answer(keys("AK1", 60min));
  pass(58min);
  dynamo::error broken;
  broken.message = "broken";
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1"));
  pass(2min);
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "AK1", "broken"));
}

TEST_F(Chain, ForgetsWhatWasInvalidatedEvenIfLookingAgainFails) {
  resolve();
  first_->answer(keys("AK1", 60min));
  provider_->invalidate();
  dynamo::error broken;
  broken.message = "broken";
  resolve();
  first_->answer(broken);
  EXPECT_THAT(answers_, ElementsAre("AK1", "broken"));
}

TEST_F(Chain, AHandlerMayAskAgain) {
  provider_->resolve([this](const dynamo::result<credentials>&) { resolve(); });
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1"));
}

TEST_F(Chain, ASearchOutlivesItsProvider) {
  resolve();
  provider_.reset();
  first_->answer(keys("AK1"));
  EXPECT_THAT(answers_, ElementsAre("AK1"));
}

}  // namespace
