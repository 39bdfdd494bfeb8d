// Remembers in which order a server sends the attributes of items of one shape.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace dynamo::detail {

/// A name as it stands in JSON after its opening quote: with its closing quote, in words, so that
/// comparing takes one or two loads. Names that need an escape or are longer are never equal.
class quoted_name {
 public:
  static constexpr std::size_t longest = 31;

  constexpr quoted_name() = default;
  constexpr explicit quoted_name(std::string_view name) {
    if (name.empty() || name.size() > longest) return;
    for (std::size_t i = 0; i <= name.size(); ++i) {
      const char c = i < name.size() ? name[i] : '"';
      if (i < name.size() && (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20))
        return;
      const std::size_t shift =
          std::endian::native == std::endian::little ? 8 * (i % 8) : 56 - 8 * (i % 8);
      words_[i / 8] |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
    }
    size_ = static_cast<std::uint32_t>(name.size() + 1);
  }

  /// Bytes with the closing quote; 0 if the name cannot be compared this way.
  [[nodiscard]] constexpr std::uint32_t size() const { return size_; }

  /// True if the name stands at `p`, behind which at least 32 bytes can be read.
  [[nodiscard]] bool stands_at(const char* p) const {
    std::uint32_t left = size_;
    if (left == 0) return false;
    for (std::size_t i = 0;; ++i, p += 8) {
      std::uint64_t word;
      std::memcpy(&word, p, sizeof word);
      word ^= words_[i];
      if (left <= 8) {
        const std::uint32_t unused = 64 - 8 * left;
        return (std::endian::native == std::endian::little ? word << unused : word >> unused) == 0;
      }
      if (word != 0) return false;
      left -= 8;
    }
  }

 private:
  std::array<std::uint64_t, 4> words_{};
  std::uint32_t size_ = 0;
};

/// Predicts the next attribute of an item from the one before: servers keep one order for items of
/// one shape, so nearly every name is recognised by one comparison. `Fields` slots belong to the
/// mapped fields, some more to attributes that no field maps. Trivial, to be a cheap thread_local.
template <std::size_t Fields>
class field_order {
 public:
  static constexpr std::size_t unmapped_slots = 24;
  static constexpr std::size_t slots = Fields + unmapped_slots;
  static constexpr std::size_t start = slots;        ///< stands before the first attribute
  static constexpr std::size_t unknown = slots + 1;  ///< an attribute without a slot

  /// The slot of the name at `p` if it is the predicted one, or the one predicted after that;
  /// else `unknown`.
  [[nodiscard]] std::size_t recognise(std::size_t previous, const char* p,
                                      std::span<const quoted_name, Fields> fields) const {
    const std::size_t likely = next_[previous];
    if (name(likely, fields).stands_at(p)) [[likely]]
      return likely;
    // An optional attribute that this item does not have.
    const std::size_t second = next_[likely];
    return name(second, fields).stands_at(p) ? second : unknown;
  }

  /// Bytes of the slot's name with its closing quote.
  [[nodiscard]] std::uint32_t size(std::size_t slot,
                                   std::span<const quoted_name, Fields> fields) const {
    return name(slot, fields).size();
  }

  /// Records that the attribute `text`, which belongs to `field` or, if that is `Fields` or more,
  /// to none, came after `previous`. Returns its slot.
  std::size_t learn(std::size_t previous, std::size_t field, std::string_view text) {
    const std::size_t slot = field < Fields ? field : unmapped_slot(text);
    if (slot != unknown) next_[previous] = static_cast<std::uint16_t>(slot);
    return slot;
  }

 private:
  [[nodiscard]] const quoted_name& name(std::size_t slot,
                                        std::span<const quoted_name, Fields> fields) const {
    return slot < Fields ? fields[slot] : unmapped_[slot - Fields];
  }
  std::size_t unmapped_slot(std::string_view text) {
    const quoted_name wanted(text);
    if (wanted.size() == 0) return unknown;
    char padded[quoted_name::longest + 9] = {};
    std::memcpy(padded, text.data(), text.size());
    padded[text.size()] = '"';
    for (std::size_t i = 0; i < unmapped_slots; ++i) {
      if (unmapped_[i].size() == 0) unmapped_[i] = wanted;
      if (unmapped_[i].size() == wanted.size() && unmapped_[i].stands_at(padded)) return Fields + i;
    }
    return unknown;
  }

  // What came after each slot, after `start` and after `unknown`. Zero, the first field, is as
  // good a first guess as any.
  std::array<std::uint16_t, slots + 2> next_{};
  std::array<quoted_name, unmapped_slots> unmapped_{};
};

}  // namespace dynamo::detail
