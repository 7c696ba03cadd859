#pragma once
#include <cstdint>
#include <numeric>
#include <stdexcept>

namespace systole {

/// An exact fraction in lowest terms with a positive denominator. Throws std::overflow_error beyond 64 bits
/// and std::domain_error on a zero denominator.
class Rational {
 public:
  Rational(int64_t whole = 0) : Rational(whole, 1) {}
  Rational(int64_t numerator, int64_t denominator) {
    if (denominator == 0) throw std::domain_error("a fraction over zero");
    if (numerator == INT64_MIN || denominator == INT64_MIN)
      throw std::overflow_error("fraction beyond 64 bits");
    const int64_t common = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
    numerator_ = numerator / common, denominator_ = denominator / common;
  }

  int64_t numerator() const { return numerator_; }
  int64_t denominator() const { return denominator_; }
  bool whole() const { return denominator_ == 1; }
  double value() const { return static_cast<double>(numerator_) / static_cast<double>(denominator_); }

  Rational operator-() const { return {-numerator_, denominator_}; }
  Rational inverse() const { return {denominator_, numerator_}; }
  Rational magnitude() const { return numerator_ < 0 ? -*this : *this; }

  friend Rational operator+(const Rational& a, const Rational& b) {
    const int64_t common = std::gcd(a.denominator_, b.denominator_);
    const int64_t up_a = b.denominator_ / common, up_b = a.denominator_ / common;
    int64_t sum = 0;
    if (__builtin_add_overflow(product(a.numerator_, up_a), product(b.numerator_, up_b), &sum)) overflow();
    return {sum, product(a.denominator_, up_a)};
  }
  friend Rational operator-(const Rational& a, const Rational& b) { return a + -b; }
  friend Rational operator*(const Rational& a, const Rational& b) {
    const Rational across(a.numerator_, b.denominator_), along(b.numerator_, a.denominator_);
    return {product(across.numerator_, along.numerator_), product(across.denominator_, along.denominator_)};
  }
  friend Rational operator/(const Rational& a, const Rational& b) { return a * b.inverse(); }

  friend bool operator==(const Rational& a, const Rational& b) {
    return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  }
  friend bool operator!=(const Rational& a, const Rational& b) { return !(a == b); }
  friend bool operator<(const Rational& a, const Rational& b) {
    return product(a.numerator_, b.denominator_) < product(b.numerator_, a.denominator_);
  }

 private:
  [[noreturn]] static void overflow() { throw std::overflow_error("fraction beyond 64 bits"); }
  static int64_t product(int64_t a, int64_t b) {
    int64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result)) overflow();
    return result;
  }

  int64_t numerator_ = 0, denominator_ = 1;
};

/// Whether the magnitude is 2^i, i of either sign.
inline bool is_power_of_two(const Rational& a) {
  const auto single_bit = [](int64_t x) { return x > 0 && (x & (x - 1)) == 0; };
  return single_bit(a.magnitude().numerator()) && single_bit(a.denominator());
}

}  // namespace systole
