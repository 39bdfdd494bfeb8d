#include "support/scripted_backend.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dynamo::test {
namespace {

// The number behind `lead` in the library's own JSON, which has no white space.
std::optional<std::uint64_t> number_behind(std::string_view body, std::string_view lead) {
  const auto at = body.find(lead);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const char* const begin = body.data() + at + lead.size();
  const auto [end, failure] = std::from_chars(begin, body.data() + body.size(), value);
  if (failure != std::errc{}) return std::nullopt;
  return value;
}

seen_request read(const backend_request& request) {
  seen_request seen{.op = request.op, .body = request.body};
  seen.segment =
      static_cast<std::uint32_t>(number_behind(request.body, "\"Segment\":").value_or(0));
  seen.total_segments =
      static_cast<std::uint32_t>(number_behind(request.body, "\"TotalSegments\":").value_or(1));
  seen.limit = number_behind(request.body, "\"Limit\":");
  seen.counts_only = request.body.find(R"("Select":"COUNT")") != std::string::npos;
  return seen;
}

}  // namespace

std::string page_body(const std::vector<std::string>& items, std::string_view last_key) {
  std::string body = R"({"Items":[)";
  for (const std::string& item : items) {
    if (body.back() != '[') body += ',';
    body += item;
  }
  const std::string count = std::to_string(items.size());
  body += R"(],"Count":)" + count + R"(,"ScannedCount":)" + count +
          R"(,"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5})";
  if (!last_key.empty()) (body += R"(,"LastEvaluatedKey":)") += last_key;
  return body += '}';
}

void scripted_backend::add_page(std::uint32_t segment, std::vector<std::string> items) {
  const std::lock_guard lock(mutex_);
  pages_[segment].push_back(std::move(items));
}

void scripted_backend::answer(operation op, std::string body) {
  answer(op, [body = std::move(body)](const seen_request&) { return result<std::string>(body); });
}

void scripted_backend::answer(operation op, error failure) {
  answer(op, [failure = std::move(failure)](const seen_request&) {
    return result<std::string>(failure);
  });
}

void scripted_backend::answer(operation op, request_handler with) {
  const std::lock_guard lock(mutex_);
  answers_[op] = std::move(with);
}

void scripted_backend::fail_at(std::size_t number, error failure) {
  const std::lock_guard lock(mutex_);
  failures_[number] = std::move(failure);
}

void scripted_backend::on_request(std::function<void(const seen_request&)> observer) {
  const std::lock_guard lock(mutex_);
  observer_ = std::move(observer);
}

void scripted_backend::submit(backend_request request, backend_completion done) {
  const seen_request seen = read(request);
  std::size_t number = 0;
  std::function<void(const seen_request&)> observer;
  {
    const std::lock_guard lock(mutex_);
    number = requests_.size();
    requests_.push_back(seen);
    observer = observer_;
  }
  if (observer) observer(seen);
  error stopped;
  stopped.kind = errc::cancelled;
  stopped.message = "the request was cancelled";
  if (request.stop.stop_requested()) return done(std::move(stopped));
  auto body = answer_to(seen, number);
  if (!body) return done(std::move(body).error());
  backend_response response;
  response.body = body_buffer(std::string_view(*body));
  response.request_id = "request-" + std::to_string(number);
  done(std::move(response));
}

result<std::string> scripted_backend::answer_to(const seen_request& request, std::size_t number) {
  request_handler with;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = failures_.find(number); found != failures_.end()) return found->second;
    const bool has_pages = request.op == operation::scan && !pages_.empty();
    if (has_pages) return scan_page(request);
    if (const auto found = answers_.find(request.op); found != answers_.end()) with = found->second;
  }
  if (with) return with(request);
  error unexpected;
  unexpected.kind = errc::rejected;
  unexpected.message = "the test did not expect " + std::string(wire_name(request.op));
  return unexpected;
}

// With the lock held.
result<std::string> scripted_backend::scan_page(const seen_request& request) const {
  const auto found = pages_.find(request.segment);
  if (found == pages_.end()) return page_body({});
  const auto& pages = found->second;
  const auto start = number_behind(request.body, R"("ExclusiveStartKey":{"page":{"N":")");
  const std::size_t index = static_cast<std::size_t>(start.value_or(0));
  if (index >= pages.size()) return page_body({});
  std::vector<std::string> items = pages[index];
  if (request.limit && *request.limit < items.size()) {
    items.resize(static_cast<std::size_t>(*request.limit));
  }
  std::string last_key;
  if (index + 1 < pages.size())
    last_key = R"({"page":{"N":")" + std::to_string(index + 1) + R"("}})";
  if (!request.counts_only) return page_body(items, last_key);
  std::string body = page_body(items, last_key);
  // Without "Items":[...], as Select COUNT is answered.
  body.erase(1, body.find("],\"Count\"") + 1);
  return body;
}

std::vector<seen_request> scripted_backend::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t scripted_backend::count(operation op) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count(requests_, op, &seen_request::op));
}

}  // namespace dynamo::test
