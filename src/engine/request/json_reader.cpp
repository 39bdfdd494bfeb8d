#include "engine/request/json_reader.hpp"

#include "engine/refusal.hpp"

#include <fmt/format.h>

#include <cmath>

namespace dynamo::engine {

void refuse_serialization(std::string message) {
  throw refusal("SerializationException", std::move(message));
}

json_reader::json_reader(const body_buffer& body) : body_(body), cursor_(body.data()) {
  if (body.size() == 0) refuse_serialization("The request has no body: an object is expected");
}

std::string_view json_reader::key(std::string& unescaped) {
  detail::raw_string raw;
  if (!cursor_.string(raw) || !cursor_.consume(':')) malformed();
  if (!raw.escaped) return raw.text;
  if (!detail::unescape(raw.text, unescaped)) malformed();
  return unescaped;
}

std::string json_reader::text() {
  if (cursor_.peek() != '"') unexpected("String");
  detail::raw_string raw;
  std::string out;
  if (!cursor_.string(raw) || !detail::text_of(raw, out)) malformed();
  return out;
}

bool json_reader::flag() {
  bool out = false;
  if (!cursor_.boolean(out)) unexpected("Boolean");
  return out;
}

std::int64_t json_reader::integer() {
  constexpr double most = 9007199254740992.0;
  double out = 0;
  if (!cursor_.floating(out)) unexpected("Integer");
  if (out < -most || out > most) refuse_serialization("A number is out of the range of integers");
  return static_cast<std::int64_t>(std::trunc(out));
}

bool json_reader::null() {
  return cursor_.peek() == 'n' && cursor_.null();
}

void json_reader::skip() {
  if (!cursor_.skip_value()) malformed();
}

bool json_reader::skip_contents() {
  if (null()) return false;
  const char open = cursor_.peek();
  detail::json_cursor inside = cursor_;
  inside.advance(1);
  const bool empty = (open == '{' && inside.consume('}')) || (open == '[' && inside.consume(']'));
  skip();
  return !empty;
}

void json_reader::end() {
  if (cursor_.peek() != '\0' || cursor_.position() != body_.data() + body_.size()) malformed();
}

void json_reader::malformed() const {
  refuse_serialization(
      fmt::format("The request is not valid JSON near byte {}", cursor_.position() - body_.data()));
}

void json_reader::unexpected(std::string_view wanted) {
  const char found = cursor_.peek();
  std::string_view token;
  switch (found) {
    case '{':
      refuse_serialization("Start of structure or map found where not expected.");
    case '[':
      refuse_serialization("Start of list found where not expected");
    case '"':
      token = "STRING_VALUE";
      break;
    case 't':
      token = "TRUE_VALUE";
      break;
    case 'f':
      token = "FALSE_VALUE";
      break;
    case 'n':
      token = "NULL_VALUE";
      break;
    default:
      if (found != '-' && (found < '0' || found > '9')) malformed();
      token = "NUMBER_VALUE";
  }
  detail::json_cursor ahead = cursor_;
  if (!ahead.skip_value()) malformed();
  refuse_serialization(fmt::format("{} cannot be converted to {}", token, wanted));
}

}  // namespace dynamo::engine
