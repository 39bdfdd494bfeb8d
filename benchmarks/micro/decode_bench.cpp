// Decodes one page of sample users in the library's ways: bytes of JSON per second.
// simdjson_bench.cpp does the same with simdjson. All reuse their memory from page to page, as
// streams do.
#include "micro/user_page.hpp"

#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::bench {
namespace {

const page& opened_page() {
  static const page opened = [] {
    const std::string text = user_page();
    return page::open(body_buffer(std::string_view(text))).value();
  }();
  return opened;
}

// Decodes all items into `users`, whose elements are reused.
template <class T>
std::size_t read_all(detail::arena& memory, std::vector<T>& users) {
  memory.clear();
  detail::page_reader<T> reader(memory);
  reader.open(opened_page());
  std::size_t count = 0;
  for (;; ++count) {
    if (count == users.size()) users.emplace_back();
    if (!reader.next(users[count], "users").value()) return count;
  }
}

template <class T>
void decode(benchmark::State& state) {
  detail::arena memory;
  std::vector<T> users;
  for (auto _ : state) {
    if (read_all(memory, users) != users_in_page) state.SkipWithError("not all users");
    benchmark::DoNotOptimize(users.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(opened_page().size()));
}

void skip(benchmark::State& state) {
  for (auto _ : state) {
    raw_items walk(opened_page());
    std::string_view slice;
    std::size_t count = 0;
    while (walk.next(slice)) {
      ++count;
      benchmark::DoNotOptimize(slice.data());
    }
    if (count != users_in_page) state.SkipWithError("not all users");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(opened_page().size()));
}

void open(benchmark::State& state) {
  const std::string text = user_page();
  for (auto _ : state) {
    // The page takes ownership of the body, and copying that would cost more than the work
    // measured.
    body_buffer body{std::string_view(text)};
    const auto begin = std::chrono::steady_clock::now();
    const auto opened = page::open(std::move(body));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!opened || opened->last_evaluated_key().empty()) state.SkipWithError("no key");
    state.SetIterationTime(took.count());
  }
}

BENCHMARK(decode<user_of<std::string>>)->Name("decode/structs");
BENCHMARK(decode<user_of<std::string_view>>)->Name("decode/structs_of_views");
BENCHMARK(decode<item>)->Name("decode/items");
BENCHMARK(skip)->Name("decode/raw_items");
BENCHMARK(open)->Name("open_page")->UseManualTime();

}  // namespace

template <class Text>
const std::vector<user_of<Text>>& expected_users() {
  static detail::arena memory;
  static const std::vector<user_of<Text>> users = [] {
    std::vector<user_of<Text>> read;
    read.resize(read_all(memory, read));
    return read;
  }();
  return users;
}

template const std::vector<user_of<std::string>>& expected_users();
template const std::vector<user_of<std::string_view>>& expected_users();

}  // namespace dynamo::bench
