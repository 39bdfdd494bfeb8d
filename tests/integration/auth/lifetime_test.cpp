// Providers that end while questions are open, and many who ask at a time.
#include "auth/default_credentials.hpp"
#include "integration/auth/local_sources.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::test {
namespace auth_lifetime_test {

using namespace std::chrono_literals;

class provider_lifetime : public LocalSources {
 protected:
  std::shared_ptr<credential_provider> provider_at(const loopback_server& server) {
    variables_->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url());
    return auth::default_credential_chain(std::nullopt,
                                          context_at(std::make_shared<shifted_clock>()));
  }
};

TEST_F(provider_lifetime, an_open_question_ends_once_with_its_provider) {
  for (int round = 0; round < 20; ++round) {
    const loopback_server server([](const received_request&) { return script{step::stall{}}; });
    auto provider = provider_at(server);
    std::atomic<int> answered = 0;
    for (int i = 0; i < 3; ++i)
      provider->resolve([&](const result<credentials>& got) {
        EXPECT_TRUE(!got && got.error().kind == errc::cancelled);
        ++answered;
      });
    if (round % 2 == 0) server.wait_for_requests(1);
    provider.reset();
    EXPECT_EQ(answered, 3);
  }
}

TEST_F(provider_lifetime, it_ends_between_two_attempts) {
  const loopback_server server([](const received_request&) { return answer(500, ""); });
  auto provider = provider_at(server);
  std::promise<result<credentials>> answered;
  provider->resolve([&](result<credentials> got) { answered.set_value(std::move(got)); });
  server.wait_for_requests(1);
  provider.reset();
  EXPECT_FALSE(answered.get_future().get());
}

TEST_F(provider_lifetime, it_ends_while_renewing_beside_its_callers) {
  const loopback_server server([](const received_request& request) {
    return request.number == 0 ? answer(200, key_document(timestamp_in(4s)))
                               : script{step::stall{}};
  });
  auto provider = provider_at(server);
  while (server.requests().size() < 2) {
    const auto got = ask(*provider);
    ASSERT_TRUE(got) << got.error().to_string();
    std::this_thread::sleep_for(10ms);
  }
  provider.reset();
}

TEST_F(provider_lifetime, a_program_that_runs_ends_with_it) {
  home_.write_config("[default]\ncredential_process = sleep 60\n");
  auto provider =
      auth::default_credential_chain(std::nullopt, context_at(std::make_shared<shifted_clock>()));
  std::promise<result<credentials>> answered;
  provider->resolve([&](result<credentials> got) { answered.set_value(std::move(got)); });
  provider.reset();
  const auto got = answered.get_future().get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::cancelled);
}

TEST_F(provider_lifetime, many_threads_share_one_question) {
  const loopback_server server([](const received_request&) {
    script late = answer(200, key_document(timestamp_in(1h)));
    late.insert(late.begin(), step::pause{50ms});
    return late;
  });
  const auto provider = provider_at(server);
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(ask(*provider));
        ++answered;
      }
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(answered, 400);
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace auth_lifetime_test
}  // namespace dynamo::test
