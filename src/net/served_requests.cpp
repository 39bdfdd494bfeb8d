#include "net/served_requests.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <tuple>
#include <utility>

namespace dynamo::net {
namespace {

// A sender that announces more gets it as it comes, not as it is announced.
constexpr std::size_t first_capacity = std::size_t{64} << 10;

std::string_view view(const char* text, std::size_t size) {
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

MHD_Result keep_header(void* kept, MHD_ValueKind /*kind*/, const char* name, std::size_t name_size,
                       const char* value, std::size_t value_size) noexcept try {
  static_cast<std::vector<header_view>*>(kept)->emplace_back(view(name, name_size),
                                                             view(value, value_size));
  return MHD_YES;
} catch (const std::bad_alloc&) {
  return MHD_NO;
}

void free_body(void* body) noexcept {
  delete static_cast<body_buffer*>(body);
}

struct response_end {
  void operator()(MHD_Response* ended) const { MHD_destroy_response(ended); }
};

MHD_Result send(MHD_Connection* peer, http_reply reply, bool closing) {
  auto body = std::make_unique<body_buffer>(std::move(reply.body));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): nobody writes to it
  auto* const bytes = const_cast<char*>(body->data());
  const std::unique_ptr<MHD_Response, response_end> response(
      MHD_create_response_from_buffer_with_free_callback_cls(body->size(), bytes, &free_body,
                                                             body.get()));
  if (!response) return MHD_NO;
  std::ignore = body.release();  // the response's from here on
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response.get(), name.c_str(), value.c_str());
  }
  if (closing) {
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CONNECTION, "close");
  }
  return MHD_queue_response(peer, static_cast<unsigned>(reply.status), response.get());
}

}  // namespace

struct served_requests::request {
  explicit request(std::string_view first_line) : target(first_line) {}

  std::string target;
  std::vector<header_view> headers{};
  body_buffer body{};
  std::size_t received = 0;
  bool has_head = false;
  bool too_long = false;
};

void served_requests::close_behind_answers() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
}

void served_requests::wait(std::chrono::seconds at_most) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, at_most, [&] { return under_way_ == 0; });
}

bool served_requests::is_closing() const {
  const std::lock_guard lock(mutex_);
  return closing_;
}

// The one place where the target is as it was sent.
void* served_requests::on_first_line(void* self, const char* target,
                                     MHD_Connection* /*peer*/) noexcept try {
  auto& all = *static_cast<served_requests*>(self);
  auto begun = std::make_unique<request>(target);
  const std::lock_guard lock(all.mutex_);
  ++all.under_way_;
  return begun.release();
} catch (const std::bad_alloc&) {
  return nullptr;
}

void served_requests::on_end(void* self, MHD_Connection* /*peer*/, void** request,
                             MHD_RequestTerminationCode /*how*/) noexcept {
  const std::unique_ptr<served_requests::request> ended(
      static_cast<served_requests::request*>(*request));
  *request = nullptr;
  if (!ended) return;
  auto& all = *static_cast<served_requests*>(self);
  const std::lock_guard lock(all.mutex_);
  --all.under_way_;
  all.ended_.notify_all();
}

// Called once when the head of a request has come, with each piece of its body, and once more.
MHD_Result served_requests::on_request(void* self, MHD_Connection* peer, const char* /*path*/,
                                       const char* method, const char* /*version*/,
                                       const char* piece, std::size_t* piece_size,
                                       void** request) noexcept try {
  if (*request == nullptr) return MHD_NO;  // there was no memory for it
  const auto& all = *static_cast<const served_requests*>(self);
  auto& of = *static_cast<served_requests::request*>(*request);
  if (!of.has_head) return all.begin(peer, method, of);
  if (*piece_size == 0) return all.reply(peer, method, of);
  return all.take({piece, std::exchange(*piece_size, 0)}, of);
} catch (const std::exception&) {
  return MHD_NO;
}

MHD_Result served_requests::begin(MHD_Connection* peer, const char* method, request& of) const {
  of.has_head = true;
  MHD_get_connection_values_n(peer, MHD_HEADER_KIND, &keep_header, &of.headers);
  const http_question head{.method = method, .path = {}, .headers = of.headers};
  const bool chunked = head.header(MHD_HTTP_HEADER_TRANSFER_ENCODING).has_value();
  const auto length = head.header(MHD_HTTP_HEADER_CONTENT_LENGTH);
  if (!chunked && !length) return MHD_YES;
  // What is no number has been refused already; one that does not fit is too long.
  const std::size_t announced =
      chunked ? 1 : ascii::number_in<std::size_t>(*length).value_or(SIZE_MAX);
  of.too_long = announced > body_bytes_;
  // Answered now, the connection ends without the body being read.
  if (announced > 2 * body_bytes_) return reply(peer, method, of);
  if (!of.too_long && !chunked) of.body = body_buffer(std::min(announced, first_capacity));
  return MHD_YES;
}

MHD_Result served_requests::take(std::string_view piece, request& of) const {
  of.received += piece.size();
  if (of.received > body_bytes_) {
    of.too_long = true;
    of.body = body_buffer();
    return of.received > 2 * body_bytes_ ? MHD_NO : MHD_YES;
  }
  if (!of.too_long) of.body.append(piece);
  return MHD_YES;
}

MHD_Result served_requests::reply(MHD_Connection* peer, const char* method, request& to) const {
  const std::string_view target = to.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  to.body.finish();
  http_reply made = answer_({.method = method,
                             .path = target.substr(0, mark),
                             .query = target.substr(std::min(mark + 1, target.size())),
                             .headers = to.headers,
                             .body = to.body,
                             .too_long = to.too_long});
  return send(peer, std::move(made), is_closing());
}

}  // namespace dynamo::net
