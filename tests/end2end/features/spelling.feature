Feature: Spelling with the eyes
  Someone who can move nothing but the eyes writes and speaks.

  Background:
    Given the letter board that comes with EyeComm

  Scenario: A word is spelled and spoken
    When I look at H, E, L, L, O and Speak
    Then the message is "hello"
    And EyeComm says "hello"

  Scenario: Looking away for a moment keeps the progress
    When I look at A for 1.0 seconds
    And I look at nothing for 0.4 seconds
    And I look at A for 0.7 seconds
    Then the message is "a"

  Scenario: A short look chooses nothing
    When I look at A for 1.3 seconds
    And I look at nothing for 2.0 seconds
    Then the message is ""

  Scenario: A natural blink chooses nothing and loses nothing
    When I look at A for 1.0 seconds
    And my eyes are shut for 0.3 seconds
    And I look at A for 0.7 seconds
    Then the message is "a"

  Scenario: While my face is lost nothing can be chosen
    When I look at A for 1.2 seconds
    And my face is lost for 5.0 seconds
    Then the message is ""

  Scenario: A camera that stalls chooses nothing
    When I look at A for 1.0 seconds
    And the camera stalls for 60 seconds
    And I look at nothing for 1.0 seconds
    Then the message is ""

  Scenario: Clear can be undone
    When I look at H, I and Clear all
    Then the message is ""
    When I look at Clear all
    Then the message is "hi"

  Scenario: A wrong letter is taken back
    When I look at H, O, Delete and I
    Then the message is "hi"

  Scenario: A question is answered
    When I look at H, Yes / No and Yes
    Then EyeComm says "Yes."
    When I look at Letters
    Then the message is "h"

  Scenario: The carer is called from either board
    When I look at Call
    Then the carer is called
    When I look at Yes / No and Call
    Then the carer is called again

  Scenario: A held blink chooses for someone who prefers it
    Given I choose with a held blink
    When I look at A for 3.0 seconds
    Then the message is ""
    When my eyes are shut for 0.8 seconds
    And I look at A for 0.5 seconds
    Then the message is "a"
