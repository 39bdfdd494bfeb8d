// Random attribute values, keys and items, in DynamoDB JSON.
#pragma once

#include "differential/json.hpp"
#include "differential/random_choices.hpp"
#include "differential/shape.hpp"

#include <string>
#include <string_view>

namespace dynamo::differential {

/// Levels of lists and maps in a value, unless it is all about them.
inline constexpr int top = 2;

/// {"S":"a"}.
[[nodiscard]] json typed(std::string_view type, json value);

/// A value of the type, from a small domain with odd members; once in a while not a valid one.
/// Lists and maps have `depth` more levels at most.
[[nodiscard]] json value_of(std::string_view type, random_choices& random, int depth = top);
/// A value of any type.
[[nodiscard]] json any_value(random_choices& random, int depth = top);
/// A number's text: odd notations, the limits of the range, and what is no number.
[[nodiscard]] std::string number_text(random_choices& random);

/// A value that a key attribute of the type may have, one of a few, so that requests meet.
[[nodiscard]] json key_value(std::string_view type, random_choices& random);
/// A name that is not a key, and the type that it mostly has: "a" a number, "b" a string and so on.
[[nodiscard]] std::string plain_name(random_choices& random);
[[nodiscard]] std::string_view usual_type(std::string_view name);

/// The key of an item of the table; once in a while with an attribute too many, too few or wrong.
[[nodiscard]] json key_of(const table_shape& table, random_choices& random);
/// An item for the table. Keys of indexes are there, absent or of another type. If `often_large`,
/// many have hundreds of KB.
[[nodiscard]] json item_for(const table_shape& table, random_choices& random,
                            bool often_large = false);

}  // namespace dynamo::differential
